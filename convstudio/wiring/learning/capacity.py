"""The capacity lab with its wiring: a study in processes of its own, which fills the picture and the table."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from convstudio.files.disk.save import save_bytes
from convstudio.files.study.study_table import STUDY_TABLES, table_text
from convstudio.model.learning.study import Study, summaries
from convstudio.model.learning.study_data import OwnData, own_data
from convstudio.model.panes.learning.capacity.study_form import OWN, TypedStudy, read_study, study_line, typed
from convstudio.model.panes.learning.capacity.study_graph import finding, graph_choices, study_graph
from convstudio.model.panes.learning.capacity.study_map import study_map
from convstudio.model.panes.learning.capacity.study_table import copied_text, summary_cells
from convstudio.model.values.learning.dataset import Dataset
from convstudio.model.values.numbers import USUAL, written_in
from convstudio.model.values.progress import Progress
from convstudio.session.learning.study_run import StudyRun
from convstudio.views.learning.capacity import CapacityCard
from convstudio.views.learning.lesson_dock import LessonDock
from convstudio.views.parts import dialogs
from convstudio.wiring.learning.entries import CAPACITY
from convstudio.wiring.learning.panels import Connections, LearningPanel


class CapacityPanel(LearningPanel):
    """Trains the grid that is typed, and shows it while it is trained."""

    about = "map"

    def __init__(self, connections: Connections) -> None:
        super().__init__(connections)
        self._study, self._chosen = Study(), 0
        self._begun: TypedStudy | None = None
        self._prepared: tuple[Dataset, OwnData] | None = None
        self.card = CapacityCard(typed(self._study), [choice.title for choice in graph_choices(self._study)])
        self.panel = self.dock = LessonDock(CAPACITY.title, CAPACITY.lesson, self.card, connections.window)
        self.run = StudyRun(self.dock)
        self.card.start_asked.connect(self._start)
        self.card.stop_asked.connect(self.run.stop)
        self.card.choice_made.connect(self._choose)
        self.card.edited.connect(self._show_progress)
        self.card.data.chosen.connect(self._offer_classes)
        self.card.copy_asked.connect(self._copy)
        self.card.save_asked.connect(self._ask_save)
        self.card.refused.connect(self.panel.say)
        self.run.changed.connect(self._show)
        self.run.failed.connect(self.panel.say)
        self.dock.visibilityChanged.connect(self._rest)
        self._show()

    def write_again(self) -> None:
        """Write the results of the study again."""
        self._show()

    def close(self, patience: int) -> bool:
        """End the processes."""
        return self.run.close(patience)

    def _rest(self, _is_visible: bool) -> None:
        """Stop a study whose panel was closed; one under another tab goes on."""
        QTimer.singleShot(0, self.dock, self._stop_where_closed)  # one that is docked is hidden for a moment

    def _stop_where_closed(self) -> None:
        if self.dock.isHidden():
            self.run.stop()

    def _offer_classes(self, place: int) -> None:
        """Offer the number of classes that there are in the data of Train, or those of the bundled data again."""
        data = self.connections.data.data
        if place != OWN:
            self.card.classes.setText(typed(Study()).classes)
        elif data is not None:
            self.card.classes.setText(str(len(data.class_names)))

    def _start(self, form: TypedStudy) -> None:
        """Begin what is typed; the data of Train are made ready beside the window first."""
        self.panel.say("")
        if form.data != OWN:
            self._begin(form, None)
            return
        try:
            data = self.connections.data.with_classes
        except ValueError as refusal:
            self.panel.say(str(refusal))
            return
        if self._prepared is not None and self._prepared[0] is data:
            self._begin(form, self._prepared[1])
            return

        def prepare(_: Progress) -> OwnData | str:
            try:
                return own_data(data)
            except ValueError as refusal:
                return str(refusal)

        def take(found: OwnData | str) -> None:
            if isinstance(found, str):
                self.panel.say(found)
                return
            self._prepared = data, found
            self._begin(form, found)

        self.connections.jobs.read(f"Preparing {data.name}", prepare, take)

    def _begin(self, form: TypedStudy, own: OwnData | None) -> None:
        try:
            study = read_study(form, own)
        except ValueError as refusal:
            self.panel.say(str(refusal))
            return
        if own is not None:
            self.panel.say(own.sentence)
        self._begun = form
        before = graph_choices(self._study)[self._chosen]
        self._study, choices = study, graph_choices(study)
        self._chosen = choices.index(before) if before in choices else 0
        self.card.show_choices([choice.title for choice in choices], self._chosen)
        self.run.start(study, own)

    def _choose(self, place: int) -> None:
        self._chosen = place
        self._show()

    def _show(self) -> None:
        results, choice = self.run.results, graph_choices(self._study)[self._chosen]
        sizes = summaries(results)
        self._show_progress()
        if choice.is_map:
            self.card.show_map(study_map(self._study, sizes, choice))
        else:
            self.card.show_lines(study_graph(self._study, sizes, choice))
        self.card.show_results(finding(self._study, sizes, choice), [summary_cells(one) for one in sizes])

    def _show_progress(self) -> None:
        run, done, total = self.run, len(self.run.results), len(self._study.cells)
        is_other = self._begun is not None and self.card.typed != self._begun
        line = study_line(done, total, run.seconds, is_running=run.is_running, found=run.found, is_other=is_other)
        self.card.show_progress(done, total, line, is_running=run.is_running)

    def _copy(self) -> None:
        with written_in(USUAL):
            QGuiApplication.clipboard().setText(copied_text(summaries(self.run.results)))

    def _ask_save(self) -> None:
        path = dialogs.ask_place(self.connections.window, "Save the study", "capacity.csv", STUDY_TABLES)
        if path:
            data = table_text(self.run.results).encode()
            title = f"Saving {Path(path).name}"
            self.connections.jobs.write(title, lambda _: save_bytes(path, data), partial(self._tell_saved, path))

    def _tell_saved(self, path: str, _saved: object) -> None:
        self.panel.say(f"The study is saved as “{Path(path).name}”: “convstudio study” goes on from it.")
