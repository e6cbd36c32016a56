"""The two worked examples of learning from the tutorial's readers: 2.3, and max pooling on the tutorial's sequence."""

from dataclasses import replace

import numpy as np

from convstudio.model.kinds.activation import Activation
from convstudio.model.kinds.convolution import Conv
from convstudio.model.kinds.pooling import Pool
from convstudio.model.learning.backward_pass import backward_pass
from convstudio.model.run.forward import forward
from convstudio.model.values.arrays import frozen
from convstudio.model.values.document import Document
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.learning.target import MapTarget
from convstudio.model.values.learning.watched_phase import WatchedPhase
from convstudio.model.values.network import Network
from convstudio.model.values.sample import Sample
from convstudio.model.values.view_state import ViewState

TRAINING = TrainingSettings(loss="half_squared_error", optimiser="sgd", rate=0.5)


def question():
    """Return the worked question of section 2.3."""
    conv = replace(Conv.of(np.reshape([1, -1, 1, 1], (2, 2, 1, 1))), has_bias=False)
    sample = Sample.of("question", np.reshape([1, -1, 0, 0, 1, 0, 0, -1, 1], (3, 3, 1)))
    target = MapTarget(frozen(np.reshape([1, 0, 0, 1], (2, 2, 1))))
    return Document(sample, Network((conv, Activation())), target=target, training=TRAINING)


def pooled():
    """Return the tutorial's sequence through a bump filter, ReLU and max pooling, with an upstream gradient of ones."""
    sample = Sample.of("sequence", np.reshape([0, 0, 0, 1, 1, 0, 0, 0], (8, 1)))
    layers = (Conv.of(np.reshape([0, 1, 0], (3, 1, 1))), Activation(), Pool(size=(2,)))
    target = MapTarget(frozen(np.reshape([-1, 0, -1], (3, 1))))
    return Document(sample, Network(layers), target=target, training=TRAINING)


def passed(document, **settings):
    """Run a document forwards and backwards."""
    return backward_pass(forward(document), **settings)


def at(phase, layer, position=(0, 0), **watch):
    """Return a view of a phase at a layer."""
    first = (0,) * len(position)
    held = WatchedPhase(phase=phase, **{"weight": first, "cell": first} | watch)
    return ViewState(layer=layer, position=position, watch=held)
