"""What is said about a network of another program."""

from convstudio.model.readings.networks.read_network import stopped_sentence


def test_a_network_of_which_nothing_is_kept_says_so():
    assert stopped_sentence("Node 1 (Sin)", "it is not known", 0).endswith("it is not known. Nothing is opened.")
