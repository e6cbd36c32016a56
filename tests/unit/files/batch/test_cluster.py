"""How inputs are tied together for a cluster."""

from pathlib import Path

from convstudio.files.batch.cluster import _BundleSize, _tied
from convstudio.files.batch.tasks import InputTask


def tasks(count, held=0):
    return [InputTask(f"{number}.png", Path("out"), bytes(held)) for number in range(count)]


def lengths(bundles):
    return [len(bundle) for bundle in bundles]


def test_inputs_are_sent_in_bundles_and_all_of_them_in_their_order():
    bundles = list(_tied(tasks(20), _BundleSize(is_slow=False)))
    assert lengths(bundles) == [8, 8, 4]
    assert [task.spec for bundle in bundles for task in bundle] == [task.spec for task in tasks(20)]


def test_slow_inputs_are_sent_one_by_one():
    assert lengths(_tied(tasks(3), _BundleSize(is_slow=True))) == [1, 1, 1]


def test_a_bundle_holds_no_more_bytes_than_are_good_to_send():
    assert lengths(_tied(tasks(4, held=3 * 2**20), _BundleSize(is_slow=False))) == [2, 2]


def test_bundles_grow_where_inputs_take_little_and_shrink_where_they_take_long():
    size = _BundleSize(is_slow=False)
    bundles = _tied(tasks(500), size)
    sent = [len(next(bundles))]
    for seconds in (0.5, 0.0, 640.0):
        size.learn(sent[-1], seconds)
        sent.append(len(next(bundles)))
    assert sent == [8, 16, 64, 1]
