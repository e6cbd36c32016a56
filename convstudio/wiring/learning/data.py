"""The data panel with its wiring: asks for data, tries the network on it, and puts samples in."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from convstudio.files.datasets.data_formats import DATA_FORMATS
from convstudio.files.datasets.loaded import DataOptions, UnclearLabelsError
from convstudio.model.edits.intent import Intent
from convstudio.model.edits.learning.data_samples import (
    fitting_intent,
    misfit_to,
    name_of,
    sample_intent,
    use_random_labels,
)
from convstudio.model.kinds.dense import Dense
from convstudio.model.learning.sources import PairSource, StoredSource
from convstudio.model.panes.learning.data.samples import ExaminedData, Verdicts
from convstudio.model.run.forward import Forward
from convstudio.model.values.document import Document
from convstudio.model.values.learning.dataset import Dataset, split, with_random_labels
from convstudio.model.values.learning.settings import TrainingSettings
from convstudio.model.values.view_state import ViewState
from convstudio.session.learning.data_examiner import DataExaminer, Trial
from convstudio.views.learning.data.dock import DataDock
from convstudio.views.parts import dialogs
from convstudio.wiring.learning.panels import Connections, LearningPanel

_NO_FIT = "No last layer fits this data. Make the maps before it smaller, with a pooling layer, or remove a layer."


class DataPanel(LearningPanel):
    """The panel “Data”: what it shows follows the data that was chosen, and the network of the window."""

    about = "input"
    dock: DataDock

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self.dock = DataDock(connections.window)
        self.examiner = DataExaminer(self.dock)
        self._shown: ExaminedData | None = None
        self._made_of: tuple[object, ...] = ()
        self._places: dict[str, int] = {}
        self._run = 0
        self._wire()
        self._show_source()

    def show_document(self, document: Document, view: ViewState, result: Forward | None) -> None:
        """Follow the network, the target and the settings of the training."""
        self._show(document)

    def write_again(self) -> None:
        """Write again what the network makes of the samples."""
        if self._shown is not None:
            self.dock.show_data(self._shown, self.connections.loader.notes)

    def close(self, patience: int) -> bool:
        """End the trial that runs."""
        return self.examiner.close(patience)

    def _wire(self) -> None:
        dock, source = self.dock, self.dock.source
        source.asked.connect(self._load_source)
        source.folder_asked.connect(self._ask_folder)
        source.file_asked.connect(self._ask_file)
        source.size_edited.connect(self._read_again)
        source.labels_chosen.connect(self._choose_labels)
        source.refused.connect(self.connections.window.messages.say)
        dock.sample_chosen.connect(self._use_sample)
        dock.noise_asked.connect(self._use_noise)
        dock.fit_asked.connect(self._fit)
        self.examiner.examined.connect(self._take_verdicts)
        self.examiner.failed.connect(self._take_failure)
        self.connections.data.changed.connect(self._take_data)
        self.connections.loader.settled.connect(self._show_source)
        self.connections.loader.unclear.connect(self._ask_labels)

    # --- where the data comes from ----------------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        folder = dialogs.ask_folder(self.connections.window, "Open a folder of classes", "")
        self._load(folder, _wanted_pictures(self.connections.session.document))

    def _ask_file(self) -> None:
        path = dialogs.ask_open(self.connections.window, DATA_FORMATS)
        self._load(path, self._input_shape)

    def _load_source(self, text: str) -> None:
        self.connections.window.messages.put_away()  # it may tell what was wrong with the data that was tried before
        self.connections.loader.load(text)

    def _load(self, path: str, shape: tuple[int, ...] | None, *, labels: str = "", samples: str = "") -> None:
        if path:
            self.connections.window.messages.put_away()
            self.connections.loader.load(path, DataOptions(shape, labels=labels, samples=samples))
        else:
            self._show_source()

    def _read_again(self) -> None:
        """Read the folder again: its pictures get another size."""
        source = self.connections.loader.source
        if isinstance(source, StoredSource):
            self._load(source.path, self.dock.source.picture_shape)

    def _choose_labels(self, name: str) -> None:
        """Read the file again with its classes in another column or array; another file may be there meanwhile."""
        loader = self.connections.loader
        source, places = loader.source, loader.places
        if isinstance(source, StoredSource) and places is not None and name in places.names:
            self._load(source.path, self._input_shape, labels=name, samples=places.samples)

    def _ask_labels(self, path: str, unclear: UnclearLabelsError) -> None:
        """Ask where the classes of a file are, and in an archive where its samples are."""
        names, samples = list(unclear.names), ""
        window, title = self.connections.window, f"Open {Path(path).name}"
        if unclear.is_archive:
            place = dialogs.ask_which(window, title, "Which array holds the samples?", names)
            samples = "" if place is None else names.pop(place)
        is_given_up = unclear.is_archive and not samples
        what = "array" if unclear.is_archive else "column"
        place = None if is_given_up else dialogs.ask_which(window, title, f"Which {what} holds their classes?", names)
        if place is not None:
            self._load(path, self._input_shape, labels=names[place], samples=samples)

    @property
    def _input_shape(self) -> tuple[int, ...]:
        return self.connections.session.document.sample.values.shape

    def _show_source(self) -> None:
        """Show where the data comes from that is there: what was asked for may have been cancelled or refused."""
        loader, data = self.connections.loader, self.connections.data.data
        places = loader.places
        self.dock.source.show_labels(() if places is None else places.names, -1 if places is None else places.chosen)
        self.dock.source.show_source(loader.source or PairSource(), is_folder=loader.is_folder)
        if loader.is_folder and data is not None:
            rows, columns, channels = data.input_shape
            self.dock.source.show_picture_shape((rows, columns, channels))
        self._show(self.connections.session.document)

    def _take_data(self, _data: Dataset | None) -> None:
        self._run += 1
        self._show(self.connections.session.document)

    # --- what is shown ----------------------------------------------------------------------------------------------

    def _show(self, document: Document) -> None:
        data, training = self._data_of(document), document.training
        notes = self.connections.loader.notes
        made_of = (data, training.held_out, training.seed, training.random_labels, notes)
        if not _is_same(made_of, self._made_of):
            self._made_of = made_of
            self._shown = None if data is None else _split_as_trained(data, training)
            self._places = {} if data is None else {name_of(data, number): number for number in range(len(data))}
            self.dock.show_data(self._shown, notes)
        self.dock.show_noise(training.random_labels)
        self.dock.samples.show_selected(self._places.get(document.sample.origin, -1))
        self._try(document)

    def _data_of(self, document: Document) -> Dataset | None:
        """Return the data that was chosen, or the pair of the document; None where there is neither."""
        choice = self.connections.data
        is_nothing = choice.data is None and (choice.missing or document.target is None)
        return None if is_nothing else choice.of(document)

    def _try(self, document: Document) -> None:
        """Ask what the network makes of the samples, or say why it cannot be tried."""
        shown = self._shown
        sentence = "" if shown is None else misfit_to(document, shown.data)
        if shown is None or sentence:
            self.examiner.request(None)
            self._forget_verdicts()
        else:
            self.examiner.request(Trial(document.network, shown.data, document.training.loss))
        self.dock.show_misfit(sentence, can_fit=bool(sentence) and self._can_fit(document))

    def _can_fit(self, document: Document) -> bool:
        """Return whether to offer that the network is fitted: for maps, only where that is known to help."""
        data = None if self._shown is None else self._shown.data
        return data is not None and (data.labels is not None or fitting_intent(document, data) is not None)

    def _take_verdicts(self, trial: Trial, verdicts: Verdicts) -> None:
        if self._shown is not None and trial.data is self._shown.data:
            self._shown = ExaminedData(self._shown.data, self._shown.parts, verdicts)
            self.dock.show_data(self._shown, self.connections.loader.notes)

    def _take_failure(self, trial: Trial, sentence: str) -> None:
        if self._shown is not None and trial.data is self._shown.data:
            self._forget_verdicts()
            self.dock.show_misfit(sentence, can_fit=False)

    def _forget_verdicts(self) -> None:
        """Show no verdicts of a network that cannot be tried any more."""
        if self._shown is not None and self._shown.verdicts is not None:
            self._shown = ExaminedData(self._shown.data, self._shown.parts)
            self.dock.show_data(self._shown, self.connections.loader.notes)

    # --- what is asked for ------------------------------------------------------------------------------------------

    def _use_sample(self, number: int) -> None:
        is_pair = self.connections.data.data is None  # which is the input already
        if self._shown is not None and not is_pair:
            self.connections.changes.take(sample_intent(self._shown.data, number, self._run))

    def _use_noise(self, is_on: bool) -> None:
        step = "Train on random labels" if is_on else "Train on the labels of the data"
        self.connections.changes.take(Intent(step, partial(use_random_labels, is_on=is_on)))

    def _fit(self) -> None:
        """Ask how the network is to be fitted to the data."""
        if self._shown is None:
            return
        intent = fitting_intent(self.connections.session.document, self._shown.data)
        if intent is None:
            self.connections.window.messages.say(_NO_FIT)
        else:
            self.connections.changes.take(intent)


def _is_same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return bool(other) and one[0] is other[0] and one[1:] == other[1:]


def _split_as_trained(data: Dataset, training: TrainingSettings) -> ExaminedData:
    """Return the data with the split and the labels that a training has."""
    parts = split(data, training.held_out, training.seed)
    if training.random_labels and data.labels is not None:
        return ExaminedData(with_random_labels(data, parts.training, training.seed), parts)
    return ExaminedData(data, parts)


def _wanted_pictures(document: Document) -> tuple[int, ...] | None:
    """Return the shape that a network asks for that was made for one size of pictures; None where any will do."""
    sample = document.sample
    is_of_one_size = any(isinstance(layer, Dense) for layer in document.layers)
    is_picture = sample.rank == 2 and sample.channels in (1, 3)
    return sample.values.shape if is_of_one_size and is_picture else None
