"""Keys, clicks and windows by which one could leave a locked screen: none of them arrives."""

from typing import Any, Final

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer
from PyQt6.QtWidgets import QApplication

Type = QEvent.Type
KEYS: Final = (Type.KeyPress, Type.KeyRelease, Type.ShortcutOverride)
PRESSES: Final = (Type.MouseButtonPress, Type.MouseButtonRelease, Type.MouseButtonDblClick)
NEVER: Final = frozenset(
    {
        Type.ContextMenu,
        Type.DragEnter,
        Type.DragMove,
        Type.Drop,
        Type.NativeGesture,
        Type.Shortcut,
    }
)
HELD: Final = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
"""Not AltGr, which Qt calls GroupSwitch: it writes letters."""

WRITING: Final = frozenset(
    {
        Qt.Key.Key_Back,  # a television's remote control: the page knows what it means
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Down,
        Qt.Key.Key_End,
        Qt.Key.Key_Enter,
        Qt.Key.Key_Escape,
        Qt.Key.Key_F8,  # says what one touches (static/js/page.js): who cannot see begins with it
        Qt.Key.Key_Home,
        Qt.Key.Key_Left,
        Qt.Key.Key_NumLock,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_Return,
        Qt.Key.Key_Right,
        Qt.Key.Key_Select,
        Qt.Key.Key_Shift,
        Qt.Key.Key_Tab,
        Qt.Key.Key_Up,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Multi_key,
    }
)
"""Beside characters, the keys that reach the page. Qt numbers all others above them."""

FIRST_SPECIAL: Final = 0x01000000  # Qt::Key: what stands for no character
DEAD: Final = range(Qt.Key.Key_Dead_Grave.value, Qt.Key.Key_Dead_Longsolidusoverlay.value + 1)
STRAY: Final = ("QMenu", "QDialog", "QMessageBox", "QtWebEngineCore::TouchSelectionMenuWidget")


def reaches(key: int, held: Any) -> bool:
    """Whether a key may reach the page."""
    if held & HELD:
        return False
    return key < FIRST_SPECIAL or key in DEAD or key in WRITING


class Guard(QObject):
    """Filters every event of the application; ``window`` is the only one that may stand open."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self._window = window
        QApplication.instance().installEventFilter(self)

    def eventFilter(self, target: Any, event: Any) -> bool:
        """True for what must go no further."""
        kind = event.type()
        if kind in KEYS:
            return not reaches(event.key(), event.modifiers())
        if kind in PRESSES:
            return bool(event.button() != Qt.MouseButton.LeftButton)
        if kind == Type.Wheel:
            return bool(event.modifiers() & HELD)
        if kind == Type.Show and target.isWidgetType():
            self._look_at(target)
        return kind in NEVER

    def _look_at(self, widget: Any) -> None:
        """Close what has opened beside the window; lists that drop down from a field may."""
        if widget is not self._window and any(widget.inherits(name) for name in STRAY):
            QTimer.singleShot(0, widget.close)
