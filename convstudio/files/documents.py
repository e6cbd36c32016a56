"""Projects: a whole document, and what the user looked at, as one JSON file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from convstudio.files.limits import LIMITS, check_between, check_input_shape, check_kernel_size
from convstudio.files.nested import Nested, from_nested, to_nested
from convstudio.files.problems import FileProblem, WriteProblem, named
from convstudio.files.reading import read_bytes
from convstudio.files.save import backup_of, save_bytes
from convstudio.files.versions import FileFormat, Migration
from convstudio.model.arrays import Floats, TiledArray
from convstudio.model.document import Document
from convstudio.model.layers import Conv, Padding, PaddingName
from convstudio.model.network import Network
from convstudio.model.numbers import format_shape
from convstudio.model.sample import Sample
from convstudio.model.view_state import ViewState
from convstudio.ops import ACTIVATIONS, PADDING_MODES

PROJECT_SUFFIX = ".convstudio"

_Index = Annotated[int, Meta(ge=0)]
_Stride = Annotated[int, Meta(ge=1, le=LIMITS.stride)]
_Dilation = Annotated[int, Meta(ge=1, le=LIMITS.dilation)]
_Amount = Annotated[int, Meta(ge=0, le=LIMITS.padding)]
_PaddingMode = Literal[PADDING_MODES]
