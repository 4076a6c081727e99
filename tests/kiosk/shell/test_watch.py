"""The rules of the watch over a page, without clock or window."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.shell.watch import Act, Face, Pace, Watch

PACE = Pace()


def opened(now: float = 0) -> Watch:
    """A watch whose page has just painted."""
    watch = Watch(now)
    assert watch.tick(now) is Act.ASK
    assert watch.told(now, True) is Act.LOAD
    watch.beat(now)
    return watch


def wait(watch: Watch, start: float, end: float) -> list[tuple[float, Act]]:
    """What the watch wants from ``start`` to ``end``, looked at four times a second; the portal
    always answers."""
    wanted = []
    for step in range(int((end - start) * 4) + 1):
        now = start + step / 4
        act = watch.tick(now)
        if act is Act.ASK:
            act = watch.told(now, True)
        if act:
            wanted.append((now, act))
    return wanted


def test_a_portal_that_is_not_up_yet_is_asked_again_and_again() -> None:
    watch = Watch(0)
    for now in (0, 1, 2):
        assert watch.tick(now) is Act.ASK
        assert watch.told(now, False) is None
        assert watch.face(now) is Face.WAIT
    assert watch.tick(3) is Act.ASK
    assert watch.told(3, True) is Act.LOAD
    assert watch.face(3) is Face.WAIT, "until it has painted"
    watch.beat(3.5)
    assert watch.face(3.5) is Face.PAGE


def test_who_waits_long_is_told_whom_to_call_and_still_gets_in_at_once() -> None:
    watch = Watch(0)
    now = 0.0
    while now < PACE.calm + 1:
        assert watch.tick(now) is Act.ASK
        watch.told(now, False)
        now += 1
    assert watch.face(now) is Face.STILL
    assert watch.tick(now) is Act.ASK
    assert watch.told(now, True) is Act.LOAD
    watch.beat(now)
    assert watch.face(now) is Face.PAGE


def test_a_page_that_beats_is_left_alone() -> None:
    watch = opened()
    for now in range(1, 3600):
        watch.beat(now)
        assert watch.tick(now) is None
    assert watch.face(3600) is Face.PAGE


def test_a_page_that_stops_is_ended_and_loaded_anew() -> None:
    watch = opened()
    (ended, end), (loaded, load) = wait(watch, 0, PACE.beat + 1)
    assert (end, load) == (Act.END, Act.LOAD)
    assert PACE.beat < ended < loaded < PACE.beat + 1


def test_three_reloads_in_ten_minutes_then_the_still_screen() -> None:
    watch = opened()
    acts = [act for _, act in wait(watch, 0, 55)]
    assert acts == [Act.END, Act.LOAD] * 3 + [Act.END]
    assert watch.face(55) is Face.STILL


def test_the_still_screen_tries_every_minute_and_goes_only_when_the_page_lives() -> None:
    watch = opened()
    wait(watch, 0, 55)
    acts = [act for _, act in wait(watch, 55, 55 + 3 * (PACE.again + PACE.beat + 1))]
    assert acts == [Act.LOAD, Act.END] * 3
    now = 270.0
    while Act.LOAD not in [act for _, act in wait(watch, now, now)]:
        now += 1
    watch.beat(now + 1)
    assert watch.face(now + 1) is Face.STILL, "one sign of life is not enough"
    watch.beat(now + 1 + PACE.lives)
    assert watch.face(now + 1 + PACE.lives) is Face.PAGE


def test_a_black_page_does_not_come_out_from_behind_the_still_screen() -> None:
    watch = opened()
    wait(watch, 0, 55)
    now = 55.0
    while Act.LOAD not in [act for _, act in wait(watch, now, now)]:
        now += 1
    for _ in range(int(PACE.lives) + 2):
        now += 1
        watch.beat(now)
        watch.looked(now, True)
        assert watch.face(now) is Face.STILL
    watch.looked(now, False)
    watch.beat(now)
    assert watch.face(now) is Face.PAGE


def test_faults_of_long_ago_do_not_count() -> None:
    watch = opened()
    now = 0.0
    for _ in range(20):
        watch.died(now)
        wait(watch, now, now + 1)
        watch.beat(now + 1)
        assert watch.face(now + 1) is Face.PAGE
        now += PACE.within / PACE.most + 1


def test_a_dead_process_is_answered_at_once_but_not_the_one_we_ended() -> None:
    watch = opened()
    watch.died(1)
    assert watch.state == "asking"
    watch.died(1.1)
    assert [act for _, act in wait(watch, 1.1, 2)] == [Act.LOAD]


def test_a_link_that_led_nowhere_does_no_harm_while_the_page_beats() -> None:
    watch = opened()
    watch.failed(1)
    for now in range(2, 60):
        watch.beat(now)
        assert watch.tick(now) is None


def test_a_page_that_could_not_be_loaded_is_given_up_sooner() -> None:
    watch = opened()
    wait(watch, 0, 5)
    watch.beat(5)
    watch.failed(5)
    (ended, act), *_ = wait(watch, 5, 5 + PACE.beat)
    assert (act, ended <= 5.5 + PACE.failed) == (Act.END, True)


def test_a_portal_that_dies_while_its_page_opens_is_no_fault_of_the_page() -> None:
    watch = Watch(0)
    for now in range(100):
        watch.tick(now)
        watch.told(now, True)
        watch.failed(now + 0.5)
    assert not watch.tired


def test_a_page_of_one_colour_for_long_is_lost() -> None:
    watch = opened()
    acts = []
    for now in range(1, 40):
        watch.beat(now)
        watch.looked(now, now != 10)
        acts.append(watch.tick(now))
    assert acts.index(Act.END) + 1 == 11 + PACE.blank + 1


def test_a_page_that_nobody_sees_is_not_judged() -> None:
    watch = opened()
    for now in range(1, 600):
        assert watch.tick(now, seen=False) is None
    assert watch.tick(600) is None
    assert watch.face(600) is Face.PAGE


def test_when_the_watch_itself_stood_still_the_page_is_not_blamed() -> None:
    watch = opened()
    assert watch.tick(500) is None
    assert watch.tick(501) is None


@given(st.lists(st.sampled_from(["tick", "beat", "failed", "died", "blank", "yes", "no"])))
def test_whatever_happens_a_page_that_lives_again_is_shown(events: list[str]) -> None:
    watch, now = Watch(0), 0.0
    for event in events:
        now += 1
        if event in ("yes", "no"):
            watch.told(now, event == "yes")
        elif event == "blank":
            watch.looked(now, True)
        else:
            getattr(watch, event)(now)
    watch.looked(now, False)
    for _ in range(4 * int(PACE.again + PACE.beat + PACE.lives)):
        now += 0.25
        if watch.tick(now) is Act.ASK:
            watch.told(now, True)
        if watch.state != "asking":
            watch.beat(now)
    assert watch.face(now) is Face.PAGE
