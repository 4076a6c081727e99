"""A web page that stays within its fence: everything in Qt that leads out of it is closed."""

from collections.abc import Callable
from typing import Any, Final

from PyQt6.QtCore import QUrl
from PyQt6.QtWebEngineCore import (
    QWebEngineLoadingInfo,
    QWebEnginePage,
    QWebEnginePermission,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
)

from kiosk.shell.fence import Fence

MARK: Final = "ResidacoeurWindow/1"
"""Ends the User-Agent: the portal then gives its pages a heart (kiosk/frame.py, beat.js)."""

Attribute = QWebEngineSettings.WebAttribute
OFF: Final = (
    Attribute.AllowGeolocationOnInsecureOrigins,
    Attribute.AllowRunningInsecureContent,
    Attribute.AllowWindowActivationFromJavaScript,
    Attribute.DnsPrefetchEnabled,
    Attribute.ErrorPageEnabled,
    Attribute.FullScreenSupportEnabled,
    Attribute.HyperlinkAuditingEnabled,
    Attribute.JavascriptCanAccessClipboard,
    Attribute.JavascriptCanOpenWindows,
    Attribute.JavascriptCanPaste,
    Attribute.LocalContentCanAccessFileUrls,
    Attribute.LocalContentCanAccessRemoteUrls,
    Attribute.NavigateOnDropEnabled,
    Attribute.PdfViewerEnabled,
    Attribute.PlaybackRequiresUserGesture,
    Attribute.PluginsEnabled,
    Attribute.ScreenCaptureEnabled,
)
EARS_AND_EYES: Final = (
    QWebEnginePermission.PermissionType.MediaAudioCapture,
    QWebEnginePermission.PermissionType.MediaVideoCapture,
    QWebEnginePermission.PermissionType.MediaAudioVideoCapture,
)


def holds(fence: Fence, url: Any) -> bool:
    """Whether a QUrl lies within the fence."""
    return fence.holds(url.scheme(), url.host(), url.port())


def settle(profile: Any, language: str) -> None:
    """Let a profile keep nothing and allow nothing; ``language``: as in Accept-Language."""
    profile.setHttpUserAgent(f"{profile.httpUserAgent()} {MARK}")
    profile.setHttpAcceptLanguage(language)
    profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.MemoryHttpCache)
    profile.setPersistentPermissionsPolicy(
        QWebEngineProfile.PersistentPermissionsPolicy.AskEveryTime
    )
    profile.setSpellCheckEnabled(False)
    for attribute in OFF:
        profile.settings().setAttribute(attribute, False)
    profile.downloadRequested.connect(lambda download: download.cancel())


class Page(QWebEnginePage):
    """The one page of the window. ``files``: whether a person may choose some of this machine's."""

    def __init__(self, fence: Fence, profile: Any, view: Any, files: bool) -> None:
        super().__init__(profile, view)
        self._fence, self._files = fence, files
        self.permissionRequested.connect(self._permit)

    def _permit(self, permission: Any) -> None:
        ours = holds(self._fence, permission.origin())
        if ours and permission.permissionType() in EARS_AND_EYES:
            permission.grant()
        else:
            permission.deny()

    def acceptNavigationRequest(self, url: Any, kind: Any, main: bool) -> bool:
        """Only to another page of the portal."""
        return holds(self._fence, url)

    def createWindow(self, kind: Any) -> None:
        """No second window, whatever asks for one."""

    def chooseFiles(self, mode: Any, old: Any, types: Any) -> list[str]:
        """This machine's files, where it is a person's own."""
        return list(super().chooseFiles(mode, old, types)) if self._files else []

    def javaScriptAlert(self, origin: Any, words: str) -> None:
        """No window of the browser's own over the page."""

    def javaScriptConfirm(self, origin: Any, words: str) -> bool:
        """As if the person had refused."""
        return False

    def javaScriptPrompt(self, origin: Any, words: str, usual: str) -> tuple[bool, str]:
        """As if the person had gone on without an answer."""
        return False, ""

    def javaScriptConsoleMessage(self, level: Any, words: str, line: int, source: str) -> None:
        """A page's own remarks may name a person: they go nowhere."""

    def has_failed(self, info: Any) -> bool:
        """Whether this end of loading (loadingChanged) leaves the window without its page."""
        return bool(
            info.status() == QWebEngineLoadingInfo.LoadStatus.LoadFailedStatus
            and info.errorDomain() == QWebEngineLoadingInfo.ErrorDomain.ConnectionErrorDomain
        )


class Porter(QWebEngineUrlRequestInterceptor):
    """Sees every request of the page: stops those that lead outside, and hears its heart beat."""

    def __init__(self, fence: Fence, beat: Callable[[], None]) -> None:
        super().__init__()
        self._fence, self._beat = fence, beat

    def interceptRequest(self, info: Any) -> None:
        """Called by Qt on the window's own thread, before anything is sent."""
        url = info.requestUrl()
        if not self._fence.lets(url.scheme(), url.host(), url.port()):
            info.block(True)
        elif is_beat(url, info.resourceType()):
            self._beat()


def is_beat(url: Any, kind: Any) -> bool:
    """Whether a request is the one by which a page says that it has painted."""
    fetched = kind == QWebEngineUrlRequestInfo.ResourceType.ResourceTypeXhr
    return bool(fetched and url.query() == "painted")


def first_page(url: str) -> Any:
    """The address as Qt takes it."""
    return QUrl(url)
