"""What the program writes for itself and reads again: parts, checkpoints, certificates, manifests; and texts of options."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import importlib.metadata
import json
import shutil
import warnings
from collections.abc import Sequence
from typing import Any

from objects import FOLDER, domains, json_bytes, networks, problems, solved, written
from targets import JSON, Target, require

from relupoly.certificates.numbers import rational
from relupoly.errors import RelupolyError
from relupoly.geometry.domain import Domain
from relupoly.networks.network import Network

_GZIP_LEVEL = 1  # speed is all that matters here
_HASH = "ab" * 32
_MOST_MEMBERS = 20  # of a grid or path, to be looked at


def state_targets() -> list[Target]:
    """A target for each file of the program's own, and for each kind of text."""
    return [
        Target("part", _parts, _check_part, (JSON,), sealed=_seal_part),
        *(
            Target(f"certificate-{loss}", _certificate(loss), _check_certificate(loss), (JSON,), sealed=_seal_certificate)
            for loss in problems()
        ),
        Target("certificate-analysis", _analysis_certificates, _check_analysis_certificate, (JSON,), sealed=_seal_analysis),
        *(
            Target(f"checkpoint-{loss}", _checkpoint(loss), _check_checkpoint(loss), (JSON,), sealed=_seal_checkpoint)
            for loss in problems()
        ),
        Target("manifest", _manifests, _check_manifest, (JSON,)),
        Target("verified", _verified, _check_verified, (JSON,), sealed=_seal_verified),
        Target("hard-metadata", _hard_metadata, _check_hard_metadata, (JSON,)),
        Target("grid", lambda: _GRIDS, _check_grid, (), _GRID_WORDS),
        Target("path", lambda: _PATHS, _check_path, (), _GRID_WORDS),
        Target("options", lambda: _OPTIONS, _check_options),
    ]


def _parts() -> Sequence[bytes]:
    from relupoly.parallel.part_file import encode
    from relupoly.parallel.run import count_part

    wide, deep = networks()[2], networks()[1]
    return [
        encode(count_part(wide, domains()[1], "all", shard=(1, 2), jobs=1)),
        encode(count_part(deep, notion="all", jobs=1)),
        encode(count_part(deep, notion="affine", jobs=1)),
        encode(count_part(networks()[0], jobs=1)),
    ]


def _seal_part(data: bytes) -> bytes:
    """A part with the checksum that its content has."""
    try:
        document = json.loads(data)
        document.pop("checksum")
        text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return data
    checksum = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f'{text[:-1]},"checksum":"{checksum}"}}\n'.encode("utf-8", "surrogatepass")


def _check_part(data: bytes) -> None:
    from relupoly.parallel.part_file import decode, encode, merge_files, read_part

    place = written("a.part", data)
    part = read_part(place)
    again = decode(encode(part))
    require(encode(again) == encode(part), "the part is another one when it is written and read again")
    part.missing()
    counts = part.count().counts
    require(all(count >= 0 for count in counts.values()), "a count is negative")
    require(again.count().counts == counts, "the counts are others when the part is written and read again")
    try:
        merge_files([place, place])
    except RelupolyError:
        pass
    else:
        require(not part.done, "a part was merged with itself")


def _certificate(loss: str) -> Any:
    return lambda: [solved()[loss].certificate]


def _seal_certificate(data: bytes) -> bytes:
    """A certificate whose end has the digest and the counts of what stands before it."""
    lines = data.rstrip(b"\n").split(b"\n")[:-1]
    counts = {
        f"{kind}s" if kind == "split" else "leaves": sum(f'"{kind}"'.encode() in line for line in lines[1:])
        for kind in ("split", "leaf")
    }
    body = b"".join(line + b"\n" for line in lines)
    return body + json_bytes({"end": {**counts, "sha256": hashlib.sha256(body).hexdigest()}}) + b"\n"


def _check_certificate(loss: str) -> Any:
    def check(data: bytes) -> None:
        from relupoly.certificates.lines import read_lines
        from relupoly.training.check import check_certificate

        zipped = len(data) % 3 == 0
        place = written("a.jsonl", gzip.compress(data, _GZIP_LEVEL) if zipped else data)
        problem = problems()[loss]
        verdict = check_certificate(read_lines(str(place)), problem.points, problem.targets, problem.weights)
        require(verdict.lower_bound <= verdict.loss_sum, "the bound is above the loss")
        if verdict.width == problem.width and _settings(data) == (problem.bias, problem.output_bias):
            require(verdict.lower_bound <= solved()[loss].optimum <= verdict.loss_sum, "a false certificate passes")

    return check


def _settings(data: bytes) -> tuple[Any, Any]:
    header = json.loads(data.split(b"\n", 1)[0])
    return header["bias"], header["output_bias"]


def _hat() -> Network:
    """|x + 1| - 2 |x| + |x - 1|, halved: 1 at 0, and 0 beyond -1 and 1."""
    return Network.from_rows([([[1], [1], [1]], [1, 0, -1]), ([[1, -2, 1]], None)])


def _analysis_certificates() -> Sequence[bytes]:
    from flint import fmpq

    from relupoly.analysis.analysis import analyze
    from relupoly.analysis.proof.certificate import analysis_certificate, extremum_claim, lipschitz_claim

    seeds = []
    for domain in (Domain.box(["-1/2"], [2]), Domain()):
        found = analyze(_hat(), domain)
        claims = [
            extremum_claim(_hat(), domain, [fmpq(1)], found.maximum[0], True),  # type: ignore[index]
            extremum_claim(_hat(), domain, [fmpq(1)], found.minimum[0], False),  # type: ignore[index]
            lipschitz_claim(_hat(), domain, found.lipschitz),  # type: ignore[arg-type]
        ]
        seeds += ["".join(f"{line}\n" for line in analysis_certificate(_hat(), [one])).encode() for one in claims]
    return seeds


def _seal_analysis(data: bytes) -> bytes:
    """The same for the certificate of an analysis."""
    lines = data.rstrip(b"\n").split(b"\n")[:-1]
    leaves = sum(line.startswith(b'{"leaf"') for line in lines)
    cuts = sum(line.startswith((b'{"cut"', b'{"neuron"', b'{"sign"')) for line in lines)
    body = b"".join(line + b"\n" for line in lines)
    end = {"cuts": cuts, "leaves": leaves, "sha256": hashlib.sha256(body).hexdigest()}
    return body + json_bytes({"end": end}) + b"\n"


def _check_analysis_certificate(data: bytes) -> None:
    """What is proved of the hat is true, also on other domains and of other multiples than those of the seeds."""
    from relupoly.analysis.check import check_analysis
    from relupoly.certificates.lines import read_lines
    from relupoly_cli.commands.check_analysis import layer_rows

    lines = list(read_lines(str(written("a.jsonl", data))))
    verdict = check_analysis(lines, 1, layer_rows(_hat()))
    documents = [json.loads(line) for line in lines]
    claims = [one["claim"] for one in documents if isinstance(one, dict) and "claim" in one]
    require(len(claims) == len(verdict.claims), "there are other claims than those that were checked")
    for claim in claims:
        if claim["kind"] != "property" and all(part["origin"] is None for part in claim["domain"]):
            _require_true(claim)


def _require_true(claim: dict[str, Any]) -> None:
    places = [_interval(part) for part in claim["domain"]]
    if claim["kind"] == "lipschitz":
        steep = any(low < 1 and high > -1 and low < high for low, high in places)
        require(rational(claim["most"]) >= steep, "a false Lipschitz constant passes")
        return
    factor = rational(claim["objective"][0])
    values = [factor * max(0, 1 - abs(x)) for low, high in places for x in (low, -1, 0, 1, high) if low <= x <= high]
    if claim["value"] is None:
        require(False, "the hat is bounded")
    elif claim["kind"] == "max":
        require(max(values) <= rational(claim["bound"]), "a false maximum passes")
    else:
        require(min(values) >= rational(claim["bound"]), "a false minimum passes")


def _interval(part: dict[str, Any]) -> tuple[Any, Any]:
    """The ends of a part of a line; those that are missing are far away."""
    ends = ((part["low"][0], -1), (part["high"][0], 1))
    low, high = (rational(end) if end is not None else sign * 10**9 for end, sign in ends)
    for [slope], bound in zip(part["rows"], part["bounds"], strict=True):
        slope, bound = rational(slope), rational(bound)
        if slope > 0:
            high = min(high, bound / slope)
        elif slope < 0:
            low = max(low, bound / slope)
    return low, high


def _checkpoint(loss: str) -> Any:
    return lambda: [solved()[loss].checkpoint]


def _seal_checkpoint(data: bytes) -> bytes:
    """A checkpoint, compressed, whose end has the digest of what stands before it."""
    lines = data.rstrip(b"\n").split(b"\n")
    if lines[-1].startswith(b'{"end"'):
        body = b"".join(line + b"\n" for line in lines[:-1])
        data = body + json_bytes({"end": {"lines": len(lines) - 1, "sha256": hashlib.sha256(body).hexdigest()}}) + b"\n"
    return gzip.compress(data, _GZIP_LEVEL, mtime=0)


def _check_checkpoint(loss: str) -> Any:
    def check(data: bytes) -> None:
        from relupoly.training.train import train

        problem = problems()[loss]
        found = train(problem, checkpoint=written("a.ckpt", data), jobs=1)
        require(found.loss_sum == solved()[loss].optimum, "the checkpoint made the answer another one")
        require(found.lower_bound <= solved()[loss].optimum, "the bound is false")

    return check


def _manifests() -> Sequence[bytes]:
    rows = [{"file": "a.json", "sha256": "ab", "varied": {"width": 2}, "family": "sawtooth", "parameters": {}, "claims": {}}]
    return [b"".join(json_bytes(row) + b"\n" for row in rows * number) for number in (1, 3)]


def _folder(name: str, data: bytes) -> Any:
    """A folder with one file."""
    folder = FOLDER / "collection"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / name).write_bytes(data)
    return folder


def _check_manifest(data: bytes) -> None:
    from relupoly.constructions.manifest import MANIFEST, Listing, read_manifest, write_manifest

    folder = _folder(MANIFEST, data)
    (folder / "a.json").write_bytes(b"{}")
    require(all(place.parent == folder for place in Listing(folder).files), "the manifest leads out of its folder")
    write_manifest(folder, read_manifest(folder))
    read_manifest(folder)


def _verified() -> Sequence[bytes]:
    row = {
        "schema": 1,
        "file": "a.json",
        "sha256": _HASH,
        "family": "f",
        "parameters": {},
        "agrees": True,
        "complete": True,
        "stopped": None,
        "checks": [{"claim": "pieces", "claimed": 3, "relation": "equal", "found": 3, "agrees": True, "domain": "R^n"}],
        "seconds": 0.1,
        "version": f"{importlib.metadata.version('relupoly')}/1",
        "seal": "",
    }
    return [json_bytes(row) + b"\n", (json_bytes(row) + b"\n") * 2 + b'{"sch']


def _seal_verified(data: bytes) -> bytes:
    """Rows with the seals that runs of this user would give them."""
    return b"\n".join(map(_seal_row, data.split(b"\n")))


def _seal_row(line: bytes) -> bytes:
    from relupoly.disk.seal import seal

    try:
        row = json.loads(line)
        del row["seal"]
        return json.dumps({**row, "seal": seal("relupoly hard verify", row)}).encode()
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return line


def _check_verified(data: bytes) -> None:
    from relupoly.constructions.results import VERIFIED, Results

    folder = _folder(VERIFIED, data)
    results = Results(folder)
    known = results.get(_HASH)
    require(known is None or known["sha256"] == _HASH, "a row of another network is believed")
    results.add({"file": "b.json", "sha256": "cd" * 32})
    results.save()
    require(Results(folder).get("cd" * 32) is not None, "a row that was added is lost")


def _hard_metadata() -> Sequence[bytes]:
    from relupoly.constructions.hard import hard
    from relupoly.files import encode_network

    nets = [hard("sawtooth", width=2, depth=2), hard("telgarsky", iterations=2)]
    return [encode_network(net.network, "-") for net in nets]


def _check_hard_metadata(data: bytes) -> None:
    from relupoly.constructions.verification import claimed_checks
    from relupoly.files import read_network

    network = read_network(written("hard.json", data))
    for check in claimed_checks(network.metadata):
        require(isinstance(check.claimed, int), "a claim is no number")
        if check.notion:
            check.domain.check_dimension(network.input_dim)


_GRIDS = (b"width=2..4,height=1|1/2", b"width=2|3", b"depth = 1 .. 2", b"breakpoints=1/2;1/3|1/4;1/5")
_PATHS = (b"breakpoint.1.1=1/4:1/2:3", b"height=1:2:5", b"height=1:1e3:7")
_GRID_WORDS = (b"width", b"depth", b"height", b"breakpoint.1.2", b"..", b"|", b":", b"=", b",", b";", b"999999999999999999")


def _check_grid(data: bytes) -> None:
    from relupoly.constructions.catalogue import find_family
    from relupoly.constructions.grid import parse_grid
    from relupoly.constructions.values import values_of

    grid = parse_grid("sawtooth", data.decode("utf-8", "surrogateescape"), {})
    require(grid.size >= 1, "the grid is empty")
    for number, member in enumerate(grid):
        if number == _MOST_MEMBERS:
            break
        require("/" not in member.name, "the name of a member is a path")
        values_of(find_family("sawtooth"), member.parameters)


def _check_path(data: bytes) -> None:
    from relupoly.constructions.grid import parse_path

    path = parse_path("sawtooth", data.decode("utf-8", "surrogateescape"), {"width": 2, "depth": 2})
    for number in {0, path.size // 2, path.size - 1}:
        require(str(path.values[number]), "there is no such number")


_OPTIONS = (b"12", b"0.5", b"1/100", b"500MB", b"2GiB", b"1..5", b"1/4", b"2,16,16", b"0,0", b"1e-3", b"6,6,3", b"1,2;3,4")


def _check_options(data: bytes) -> None:
    import click

    from relupoly_cli.arguments import option_values as values
    from relupoly_cli.commands import bounds, gap

    text = data.decode("utf-8", "surrogateescape").replace("\x00", "0")  # no argument of a program holds a NUL
    context, parameter = click.Context(click.Command("c")), click.Option(["--a"])
    readers = (
        values.read_size,
        values.read_widths,
        values.read_share,
        values.read_shard,
        bounds.read_widths,
    )
    with warnings.catch_warnings():
        for read in readers:
            _quietly(click.ClickException, lambda read=read: read(context, parameter, text))  # type: ignore[misc]
        for kind in (values.Seconds(), gap.Numbers()):
            _quietly(click.ClickException, lambda kind=kind: kind.convert(text, parameter, context))  # type: ignore[misc]
        _quietly(click.ClickException, lambda: gap.read_delta(text))
        _quietly(RelupolyError, lambda: _exact_options(text))


def _exact_options(text: str) -> None:
    from relupoly.constructions.representation.piecewise_linear import PiecewiseLinear
    from relupoly.geometry.domain import Domain

    Domain.box(text.split(","), ["1"] * len(text.split(",")))
    PiecewiseLinear.from_slopes(text.split(","), ["0", *text.split(",")], "0", text)


def _quietly(refusal: type[Exception], read: Any) -> None:
    with contextlib.suppress(refusal):
        read()
