from convstudio.ops import multiplication_count, parameter_count


def test_a_layer_learns_its_weights_and_one_bias_per_filter():
    assert parameter_count((3, 3, 3, 32)) == 3 * 3 * 3 * 32 + 32


def test_a_layer_without_bias_learns_its_weights_alone():
    assert parameter_count((5, 5, 1, 8), has_bias=False) == 200


def test_every_weight_multiplies_once_per_output_position():
    assert multiplication_count((222, 222), (3, 3, 3, 32)) == 222 * 222 * 9 * 3 * 32
