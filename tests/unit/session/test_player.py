import numpy as np
import pytest

from convstudio.model.kinds.convolution import Conv
from convstudio.model.values.document import Document
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState
from convstudio.session.player import SPEEDS, Player
from convstudio.session.session import Session

FAST = SPEEDS[-1]
POSITIONS = [(0, 0), (0, 1), (1, 0), (1, 1)]


def new_document(kernel=(3, 3)):
    return Document(Sample.of("", np.ones((4, 4, 1))), Network((Conv.of(np.ones((*kernel, 1, 1))),)))


@pytest.fixture
def session(qapp):
    session = Session(new_document())
    yield session
    session.close()


@pytest.fixture
def player(session):
    player = Player(session)
    player.set_speed(FAST)
    yield player
    player.pause()


@pytest.fixture
def visited(session):
    visited = []
    session.view_changed.connect(lambda _, after: visited.append(after.position))
    return visited


def play_to_the_end(qtbot, player):
    with qtbot.waitSignal(player.playing_changed, check_params_cb=lambda is_playing: not is_playing):
        player.toggle()


def test_playing_visits_every_position_and_pauses_at_the_last(qtbot, player, visited):
    play_to_the_end(qtbot, player)
    assert visited == POSITIONS[1:]
    assert not player.is_playing


def test_playing_fills_the_map(qtbot, player, session):
    play_to_the_end(qtbot, player)
    assert session.view.revealed == 4


def test_playing_goes_on_from_where_it_was(qtbot, player, session, visited):
    session.look(ViewState(position=(1, 0)))
    play_to_the_end(qtbot, player)
    assert visited[1:] == [(1, 1)]


def test_playing_at_the_end_starts_again_at_the_first_position(qtbot, player, session, visited):
    session.look(ViewState(position=(1, 1)))
    play_to_the_end(qtbot, player)
    assert visited[1:] == POSITIONS


def test_playing_term_by_term_visits_every_term(qtbot, player, session):
    session.look(ViewState(position=(1, 1), term=0))
    terms = []
    session.view_changed.connect(lambda _, after: terms.append(after.term))
    play_to_the_end(qtbot, player)
    assert terms == list(range(1, 9))


def test_playing_adds_no_undo_step(qtbot, player, session):
    play_to_the_end(qtbot, player)
    assert session.undo_stack.count() == 0


def test_it_tells_when_it_starts_and_when_it_stops(qtbot, player):
    told = []
    player.playing_changed.connect(told.append)
    play_to_the_end(qtbot, player)
    assert told == [True, False]


def test_it_can_be_paused_on_the_way(qtbot, player, session):
    session.view_changed.connect(lambda *_: player.pause())
    play_to_the_end(qtbot, player)
    assert session.view.position == (0, 1)


def test_toggling_while_it_plays_pauses_it(player):
    told = []
    player.playing_changed.connect(told.append)
    player.toggle()
    player.toggle()
    assert told == [True, False]
    assert not player.is_playing


def test_pausing_what_does_not_play_is_not_told(player):
    told = []
    player.playing_changed.connect(told.append)
    player.pause()
    assert told == []


@pytest.mark.parametrize("kernel", [(4, 4), (9, 9)])
def test_a_map_of_one_cell_or_none_ends_at_once(qtbot, player, session, kernel):
    session.restart(new_document(kernel))
    play_to_the_end(qtbot, player)
    assert session.view.position == (0, 0)


def test_an_edit_that_takes_the_map_away_ends_the_play(qtbot, player, session):
    session.view_changed.connect(lambda *_: session.restart(new_document((9, 9))))
    play_to_the_end(qtbot, player)
    assert not player.is_playing


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_speed_is_in_steps_per_second(player, speed):
    player.set_speed(speed)
    assert player.speed == speed
    assert player._timer.interval() == 1000 // speed


def test_another_speed_keeps_it_playing(player):
    player.toggle()
    player.set_speed(FAST // 2)
    assert player.is_playing


def test_a_speed_that_cannot_be_chosen_becomes_the_nearest_that_can(player):
    player.set_speed(7)
    assert player.speed == 8


@pytest.mark.parametrize(("speed", "places", "found"), [(4, 1, 8), (4, -1, 2), (60, 1, 60), (1, -1, 1)])
def test_faster_and_slower_go_through_the_speeds_and_stop_at_the_ends(player, speed, places, found):
    player.set_speed(speed)
    assert player.faster(places) == found
