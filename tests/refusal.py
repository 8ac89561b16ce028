"""Files that are refused, as every test of a format sees it; and arrays of numpy as the bytes of files."""

import io

import numpy as np
import pytest

from relupoly.errors import InputError


def check_refused(read, path, data, message, error=InputError):
    """A file with these bytes, or this text, is refused in one line that names the file, and what is wrong."""
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    with pytest.raises(error) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert len(str(caught.value).splitlines()) == 1


def reads_or_refuses(read, data):
    """Whatever comes out but an error of one line is a failure."""
    try:
        read(data)
        message = "read"
    except InputError as error:
        message = str(error)
    assert len(message.splitlines()) == 1


def npy(array, **options):
    """The bytes of an array's file."""
    stream = io.BytesIO()
    np.save(stream, array, **options)
    return stream.getvalue()


def npz(*arrays, **named):
    """The bytes of an archive."""
    stream = io.BytesIO()
    np.savez(stream, *arrays, **named)
    return stream.getvalue()
