"""The checker of analyses: for each condition that it tests, a certificate that this condition alone stops."""

from __future__ import annotations

import json
from typing import Any

import pytest
from oracles.analysis_forger import (
    ABSOLUTE,
    BELOW,
    BOX,
    GRADIENT,
    HALVES,
    HIGHEST,
    NOWHERE,
    PROVED,
    SPACE,
    STEEPEST,
    certificate,
    checked,
    constraint,
    leaf,
    net,
    part,
    refused,
    total,
)

from relupoly.analysis.check import check_analysis
from relupoly.errors import CheckFailed, FileFormatError
from relupoly.run import Run, Stopped

NOT_EMPTY = "the multipliers do not prove that the part is empty"
PLANE = net(([[1, 1], [1, -1]], [0, 0]), ([[1, 1]], [0]))


def two(low: Any, high: Any, **others: Any) -> dict[str, Any]:
    return [part(low, high, **others)]


class TestRight:
    def test_an_extremum(self) -> None:
        found = checked(HIGHEST, PROVED)
        assert (found.cuts, found.leaves) == (3, 2)
        [claim] = found.claims
        assert claim.statement == {
            "kind": "max",
            "objective": ["1"],
            "domain": BOX,
            "point": ["2"],
            "value": "2",
            "bound": "2",
            "ray": None,
        }

    def test_a_least_value(self) -> None:
        tree = [leaf([[0, "1"]], (), [[0, 0, "1"]]) if one is GRADIENT else one for one in HALVES]
        assert checked({**HIGHEST, "kind": "min", "point": ["0"], "value": "0", "bound": "0"}, tree).leaves == 2

    def test_a_bound_that_is_not_attained(self) -> None:
        assert checked({**HIGHEST, "bound": "5"}, [leaf([[0, "1"]])]).leaves == 1

    def test_a_lipschitz_constant(self) -> None:
        assert checked(STEEPEST, HALVES).claims[0].statement["most"] == "1"

    def test_a_property(self) -> None:
        assert checked(NOWHERE, [leaf([[0, "1"]])]).claims[0].statement["answer"] == "unsat"

    def test_a_satisfied_property(self) -> None:
        found = checked({**NOWHERE, "alternatives": [BELOW[:2]], "point": ["1/3"], "alternative": 0}, [])
        assert found.claims[0].statement["answer"] == "sat"

    def test_no_bound(self) -> None:
        claim = {**HIGHEST, "domain": SPACE, "value": None, "bound": None, "ray": ["3"]}
        assert checked(claim, []).claims[0].statement["ray"] == ["3"]

    def test_progress_and_stopping(self) -> None:
        seen: list[int] = []
        check_analysis(certificate(HIGHEST, PROVED), 1, ABSOLUTE, run=Run(progress=seen.append))
        assert seen[-1] == 2
        with pytest.raises(Stopped):
            check_analysis(certificate(HIGHEST, PROVED), 1, ABSOLUTE, run=Run(deadline=0))


class TestHeader:
    @pytest.mark.parametrize("line", ["{}", "1", '{"format": "relupoly-certificate"}', "not JSON"])
    def test_another_file(self, line: str) -> None:
        with pytest.raises(FileFormatError, match="not a certificate"):
            check_analysis([line], 1, ABSOLUTE)

    def test_another_version(self) -> None:
        with pytest.raises(FileFormatError, match="version 1"):
            checked(HIGHEST, PROVED, header={"version": 2})

    @pytest.mark.parametrize(
        ("header", "why"),
        [
            ({"inputs": 2}, "other inputs: 2, where this one has 1"),
            ({"outputs": 3}, "other outputs: 3, where this one has 1"),
            ({"claims": 0}, "not a number of claims"),
            ({"claims": True}, "not a number of claims"),
            ({"more": 1}, "the header has not just"),
        ],
    )
    def test_what_it_says(self, header: dict[str, Any], why: str) -> None:
        refused(HIGHEST, PROVED, 1, why, header=header)

    def test_more_claims_than_there_are(self) -> None:
        refused(HIGHEST, PROVED, 8, "a claim should come here", header={"claims": 2})


class TestEnd:
    def test_counts(self) -> None:
        refused(HIGHEST, PROVED, 8, "counts or digest differ", end={"cuts": 1, "leaves": 2, "sha256": "0" * 64})

    def test_a_line_too_few(self) -> None:
        lines = certificate(HIGHEST, PROVED)
        with pytest.raises(CheckFailed, match="line 7: the certificate ends here"):
            check_analysis(lines[:-1], 1, ABSOLUTE)

    def test_a_changed_line(self) -> None:
        lines = certificate(HIGHEST, PROVED)
        lines[4] = lines[4].replace('"1"', '"2"')
        with pytest.raises(CheckFailed, match="counts or digest differ"):
            check_analysis(lines, 1, ABSOLUTE)

    def test_a_leaf_too_many(self) -> None:
        refused(HIGHEST, [*PROVED, PROVED[2]], 8, "the tree is complete before this line")


class TestNodes:
    @pytest.mark.parametrize(
        "node",
        [None, [], {}, {"leaf": total(), "more": 1}, {"neuron": [0, 0], "cut": [0, "1"]}, {"cut": [0, "0"], "narrow": []}],
    )
    def test_something_else(self, node: Any) -> None:
        refused(HIGHEST, [node, *PROVED], 3, 'neither "cut", "neuron", "sign" nor "leaf"')

    @pytest.mark.parametrize("body", [None, [], [0], [1, "0"], [-1, "0"], [True, "0"], ["0", "0"], [0, "0", 1]])
    def test_a_cut_of_another_form(self, body: Any) -> None:
        refused(HIGHEST, [{"cut": body}, *PROVED], 3, "a cut is not [coordinate, value]")

    @pytest.mark.parametrize("body", [None, [0], [0, 0, 0], [0, True], ["0", 0]])
    def test_a_neuron_of_another_form(self, body: Any) -> None:
        refused(HIGHEST, [{"neuron": body}, *PROVED], 3, "a neuron is not [layer, neuron]")

    @pytest.mark.parametrize("body", [[0, 2], [0, -1], [1, 0], [-1, 0]])
    def test_a_neuron_that_is_not_there(self, body: Any) -> None:
        refused(HIGHEST, [{"neuron": body}, *PROVED], 3, "there is no neuron")

    def test_a_linear_neuron(self) -> None:
        layers = net(([[1], [-1]], [0, 0]), ([[1, 1]], [0]), linear=[(0, 0)])
        tree = [{"neuron": [0, 0]}, leaf([[0, "1"]]), leaf([[0, "1"]])]
        refused({**HIGHEST, "bound": "9"}, tree, 3, "there is no neuron", layers=layers)
        assert checked({**HIGHEST, "bound": "9"}, tree[1:2], layers=layers).leaves == 1

    def test_both_halves_of_a_cut_are_looked_at(self) -> None:
        """On each side of 0 no neuron changes sign; a side that reaches farther than 2 is found."""
        low = {**HIGHEST, "bound": "2"}
        right = [{"cut": [0, "0"]}, leaf([[0, "1"]]), leaf([[0, "1"]])]
        assert checked(low, right).leaves == 2
        assert checked({**low, "domain": [part(["-2"], ["2"])]}, right).leaves == 2
        for ends in (["-3"], ["2"]), (["-2"], ["3"]):
            domain = [part(*ends)]
            with pytest.raises(CheckFailed, match=f"line {4 + (ends[1] == ['3'])}: {NOT_EMPTY}"):
                checked({**low, "domain": domain}, right)

    def test_a_cut_beyond_the_box_leaves_an_empty_part(self) -> None:
        tree = [{"cut": [0, "3"]}, *PROVED, leaf()]
        assert checked(HIGHEST, tree).leaves == 3
        refused(HIGHEST, [{"cut": [0, "2"]}, *PROVED, leaf()], 9, NOT_EMPTY)

    @pytest.mark.parametrize("sign", [1, -1])
    def test_signs_of_both_children(self, sign: int) -> None:
        """The multiplier of a neuron proves something for its own sign only."""
        tree = [{"neuron": [0, 0]}, *HALVES[1:3], *HALVES[3:]]
        assert checked(STEEPEST, tree).leaves == 2
        swapped = [{"neuron": [0, 0]}, *HALVES[3:], *HALVES[1:3]] if sign > 0 else [*tree[:3], *HALVES[1:3]]
        refused(STEEPEST, swapped, 4 if sign > 0 else 6, "do not prove the sign")

    @pytest.mark.parametrize("body", [[0, 1], [0, 1, 0], [0, 1, 2], [0, 1, True], [0, 1, "1"], None])
    def test_a_sign_of_another_form(self, body: Any) -> None:
        refused(STEEPEST, [HALVES[0], {"sign": body, "sum": total()}, *HALVES[2:]], 4, "a sign is not")

    def test_narrow_neurons(self) -> None:
        """Between constants the neurons of |x| add up to 3; only neurons may be narrow."""
        tree = [{**leaf([[0, "1"]]), "narrow": [[0, 0], [0, 1]]}]
        assert checked({**HIGHEST, "bound": "3"}, tree).leaves == 1
        refused({**HIGHEST, "bound": "29/10"}, tree, 3, NOT_EMPTY)
        difference = net(([[1], [-1]], [0, 0]), ([[1, -1]], [0]))
        assert checked(HIGHEST, tree, layers=difference).leaves == 1
        for body, why in ((5, "not a list of neurons"), ([[0, 7]], "there is no neuron"), ([0], "a neuron is not")):
            refused({**HIGHEST, "bound": "3"}, [{**tree[0], "narrow": body}], 3, why)

    def test_a_neuron_that_is_positive_by_very_little(self) -> None:
        """Bounds have 96 binary places: one in the last is not 0."""
        positive = net(([[1]], [0]), ([[1]], [0]))
        domain = [part(["-1"], [f"1/{2**96}"])]
        claim = {**HIGHEST, "domain": domain, "point": ["0"], "value": "0", "bound": f"1/{2**97}"}
        refused(claim, [leaf([[0, "1"]])], 3, NOT_EMPTY, layers=positive)
        assert checked({**claim, "bound": f"1/{2**95}"}, [leaf([[0, "1"]])], layers=positive).leaves == 1

    def test_a_neuron_that_is_negative_by_very_little(self) -> None:
        """-relu(x) <= -x needs x >= 0."""
        negative = net(([[1]], [0]), ([[-1]], [0]))
        domain = [part([f"-1/{2**97}"], ["1"])]
        claim = {**HIGHEST, "domain": domain, "point": ["0"], "value": "0", "bound": "0"}
        refused(claim, [leaf([[0, "1"]])], 3, NOT_EMPTY, layers=negative)


class TestSums:
    @pytest.mark.parametrize("body", [None, [], {}, {"asserted": [], "rows": []}, {**total(), "more": []}])
    def test_another_form(self, body: Any) -> None:
        refused(HIGHEST, [{"leaf": body}], 3, "a sum has not just")

    @pytest.mark.parametrize("body", [5, [5], [[0]], [[0, "1", 2]], [["0", "1"]], [[True, "1"]]])
    def test_multipliers_of_another_form(self, body: Any) -> None:
        for key in ("asserted", "rows"):
            refused(HIGHEST, [{"leaf": {**total([[0, "1"]]), key: body}}], 3, "a multiplier is not")

    @pytest.mark.parametrize("place", [-1, 1])
    def test_a_constraint_that_is_not_there(self, place: int) -> None:
        refused(HIGHEST, [leaf([[place, "1"]])], 3, f"there is no asserted constraint {place}: there are 1")
        refused(HIGHEST, [leaf((), [[0, "1"]])], 3, "there is no row constraint 0: there are 0")

    def test_a_negative_multiplier(self) -> None:
        """-(y - 2) is below 0 on a part of the box, which says nothing."""
        refused({**HIGHEST, "bound": "-9"}, [leaf([[0, "-1"]])], 3, "the multiplier -1 is negative")

    def test_a_negative_multiplier_of_a_neuron(self) -> None:
        tree = [HALVES[0], {"sign": [0, 1, 1], "sum": total((), (), [[0, 0, "-1"]])}, GRADIENT, *HALVES[3:]]
        refused(STEEPEST, tree, 4, "the multiplier -1 is negative")

    def test_a_neuron_without_a_sign(self) -> None:
        tree = [{"sign": [0, 1, -1], "sum": total((), (), [[0, 0, "1"]])}, GRADIENT]
        refused(STEEPEST, tree, 3, "neuron [0, 0] has no sign on this part")

    @pytest.mark.parametrize("body", [5, [5], [[0, 0]], [[0, 0, "1", 1]]])
    def test_neurons_of_another_form(self, body: Any) -> None:
        refused(HIGHEST, [{"leaf": {**total(), "neurons": body}}], 3, "a multiplier of a neuron is not")

    def test_no_multiplier_at_all(self) -> None:
        refused(HIGHEST, [leaf()], 3, NOT_EMPTY)

    def test_zero_is_not_below_zero(self) -> None:
        """|x| <= 0 is possible at 0, |x| < 0 is not: that a constraint is strict counts, if it has a multiplier."""
        for strict in (False, True):
            touching = [*BELOW[:2], constraint([], [[0, "1"]], 0, strict), constraint([], [[0, "-1"]], 9, not strict)]
            claim = {**NOWHERE, "alternatives": [touching]}
            tree = [leaf([[0, "1"], [1, "0"]])]
            if strict:
                assert checked(claim, tree).leaves == 1
            else:
                refused(claim, tree, 3, NOT_EMPTY)

    def test_nothing_bounds_the_sum(self) -> None:
        refused({**HIGHEST, "domain": SPACE}, [leaf([[0, "1"]])], 3, "nothing bounds their sum")
        line = net(([[1]], [0]), ([[0]], [2]))
        claim = {**NOWHERE, "alternatives": [[constraint([[0, "1"]], [[0, "1"]], 0)]]}
        refused(claim, [leaf([[0, "1"]])], 3, "nothing bounds their sum", layers=line)

    def test_rows_of_the_domain(self) -> None:
        """x + y <= 1 for x, y >= 0: there x + y + |...| is at most 1, which no row without its multiplier proves."""
        domain = two(["0", "0"], [None, None], rows=[["1", "1"]], bounds=["1"])
        claim = {**HIGHEST, "domain": domain, "point": ["1", "0"], "value": "2", "bound": "2"}
        tree = [
            {"sign": [0, 0, 1], "sum": total()},
            {"neuron": [0, 1]},
            leaf([[0, "1"]], [[0, "2"]]),
            leaf([[0, "1"]], [[0, "1"]]),
        ]
        assert checked(claim, tree, layers=PLANE, inputs=2).leaves == 2
        refused(
            claim, [*tree[:2], leaf([[0, "1"]], [[0, "1"]]), tree[3]], 5, "nothing bounds their sum", layers=PLANE, inputs=2
        )


class TestGradients:
    def test_a_leaf_that_is_too_steep(self) -> None:
        twice = net(([[1], [-1]], [0, 0]), ([[1, 2]], [0]))
        refused(STEEPEST, HALVES, 7, "the net may be steeper on this part than claimed, 1", layers=twice)
        assert checked({**STEEPEST, "most": "4"}, HALVES, layers=twice).leaves == 2

    def test_neurons_that_are_not_known(self) -> None:
        """Both neurons of x |-> relu(x) - relu(-x) may be on or off: the sizes add up, unless signs differ."""
        assert checked({**STEEPEST, "most": "1"}, [GRADIENT]).leaves == 1
        other = net(([[1], [-1]], [0, 0]), ([[1, -1]], [0]))
        refused({**STEEPEST, "most": "1"}, [GRADIENT], 3, "may be steeper", layers=other)
        assert checked({**STEEPEST, "most": "4"}, [GRADIENT], layers=other).leaves == 1

    def test_a_gradient_proves_no_extremum(self) -> None:
        refused(HIGHEST, [GRADIENT], 3, 'a leaf "gradient" proves nothing here')

    def test_a_part_that_is_not_empty(self) -> None:
        refused(STEEPEST, [leaf()], 3, NOT_EMPTY)

    def test_a_subspace_needs_all_signs(self) -> None:
        """In the plane, along (1, 1): the gradient by t of |x| is 1 for a step of length sqrt(2)."""
        domain = two([None], [None], origin=["0", "0"], basis=[["1"], ["1"]])
        layers = net(([[1, 0], [-1, 0]], [0, 0]), ([[1, 1]], [0]))
        claim = {**STEEPEST, "domain": domain, "least": "1/2", "most": "1/2"}
        assert checked(claim, HALVES, layers=layers, inputs=2).leaves == 2
        refused(claim, [GRADIENT], 3, "the signs of neurons that the gradient depends on", layers=layers, inputs=2)
        refused({**claim, "most": "49/100", "least": "0"}, HALVES, 5, "may be steeper", layers=layers, inputs=2)
        refused({**claim, "least": "51/100", "most": "9"}, HALVES, 2, "not as steep", layers=layers, inputs=2)
        for norm in ("1", "inf"):
            refused({**claim, "norm": norm}, HALVES, 2, "in a subspace the norm is 2", layers=layers, inputs=2)

    @pytest.mark.parametrize(("norm", "size"), [("1", 4), ("inf", 6), ("2", 25)])
    def test_norms_of_several_outputs(self, norm: str, size: int) -> None:
        """Of the matrix ((3, 4), (0, 0)) + ... with exact norms; the square of the norm 2."""
        matrix = [[3, 0], [0, 5]] if norm == "2" else [[1, 2], [3, -2]] if norm == "1" else [[1, 2], [3, -3]]
        layers = net((matrix, [0, 0]))
        domain = two([None, None], [None, None])
        claim = {**STEEPEST, "norm": norm, "domain": domain, "point": ["0", "0"], "least": str(size), "most": str(size)}
        assert checked(claim, [GRADIENT], layers=layers, inputs=2).leaves == 1
        less, more = f"{10 * size - 1}/10", f"{10 * size + 1}/10"
        refused({**claim, "most": less, "least": "0"}, [GRADIENT], 3, "may be steeper", layers=layers, inputs=2)
        refused({**claim, "least": more, "most": more}, [GRADIENT], 2, "not as steep", layers=layers, inputs=2)

    def test_a_largest_singular_value_that_is_not_rational(self) -> None:
        """Of ((1, 1), (0, 1)) the square is (3 + sqrt 5) / 2 = 2.618...; the trace is 3, the first pivot 2."""
        layers = net(([[1, 1], [0, 1]], [0, 0]))
        claim = {
            **STEEPEST,
            "domain": two([None, None], [None, None]),
            "point": ["0", "0"],
            "least": "2618/1000",
            "most": "2619/1000",
        }
        assert checked(claim, [GRADIENT], layers=layers, inputs=2).leaves == 1
        refused({**claim, "most": "2618/1000"}, [GRADIENT], 3, "may be steeper", layers=layers, inputs=2)
        refused({**claim, "least": "2619/1000"}, [GRADIENT], 2, "not as steep", layers=layers, inputs=2)


class TestClaims:
    @pytest.mark.parametrize("claim", [None, [], {}, {"kind": "maximum"}, "max"])
    def test_another_kind(self, claim: Any) -> None:
        refused(claim, PROVED, 2, 'the "kind" of a claim is')

    @pytest.mark.parametrize("claim", [HIGHEST, STEEPEST, NOWHERE])
    def test_other_fields(self, claim: dict[str, Any]) -> None:
        refused({**claim, "more": 1}, PROVED, 2, "this claim has not just")
        refused({"kind": claim["kind"]}, PROVED, 2, "this claim has not just")

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"point": ["3"], "value": "3", "bound": "3"}, "the point does not lie in the domain"),
            ({"point": ["-2"]}, "the point does not lie in the domain"),
            ({"value": "1"}, "at the point the value is 2, not 1"),
            ({"part": 1}, "there is no part 1 of the domain"),
            ({"part": -1}, "there is no part -1 of the domain"),
            ({"part": True}, "there is no part True of the domain"),
            ({"point": ["2", "2"]}, "the point should have 1 numbers"),
            ({"objective": []}, "the objective should have 1 numbers"),
            ({"value": "2.0"}, "not an exact number"),
            ({"domain": []}, "at least one part"),
            ({"domain": {"name": "box -1 2", "parts": BOX}}, "there is no list"),
            ({"domain": [{}]}, "a part of a domain has not just"),
            ({"domain": [part(["0"], [])]}, "the ends of a box should be 1 numbers"),
            ({"domain": [part([None], [None], rows=[["1"]])]}, "the bounds should have 1 numbers"),
            ({"domain": [part([None], [None], rows=[["1", "2"]], bounds=["1"])]}, "each of the rows"),
            ({"domain": [part(["0"], ["1"], origin=["0"], basis=[])]}, "the basis should have 1 rows"),
            ({"domain": [part(["0"], ["1"], origin=["0"], basis=[5])]}, "the basis should have rows of numbers"),
            ({"domain": [part(["0"], ["1"], origin=["0"], basis=[[]])]}, "the basis should have rows of numbers"),
            ({"domain": [part(["0"], ["1"], origin=["0"], basis=[["0"]])]}, "the columns of the basis are not independent"),
            ({"domain": [part(["0"] * 2, ["1"] * 2, origin=["0"], basis=[["1", "2"]])]}, "the columns of the basis"),
            ({"domain": [part(["0"], ["1"], basis=[["1"]])]}, "a basis without an origin"),
        ],
    )
    def test_an_extremum(self, changes: dict[str, Any], why: str) -> None:
        refused({**HIGHEST, **changes}, PROVED, 2, why)

    def test_a_bound_below_the_value_is_not_proved(self) -> None:
        refused({**HIGHEST, "bound": "1"}, PROVED, 5, NOT_EMPTY)

    def test_every_part_of_a_union_is_looked_at(self) -> None:
        domain = [part(["-1"], ["2"]), part(["5"], ["6"])]
        claim = {**HIGHEST, "domain": domain, "bound": "6"}
        assert checked(claim, [*PROVED, leaf([[0, "1"]])]).leaves == 3
        refused(claim, PROVED, 8, "neither")
        refused({**claim, "bound": "5"}, [*PROVED, leaf([[0, "1"]])], 8, NOT_EMPTY)

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"domain": BOX}, "the ray leaves the domain"),
            (
                {"domain": [part([None], [None], rows=[["1"]], bounds=["9"])]},
                "the ray leaves the domain",
            ),
            ({"domain": [part(["-5"], [None])], "ray": ["-1"]}, "the ray leaves the domain"),
            ({"ray": ["-1"]}, "a neuron changes sign along the ray"),
            ({"ray": ["0"]}, "the net does not grow along the ray"),
            ({"kind": "min"}, "the net does not grow along the ray"),
        ],
    )
    def test_a_ray(self, changes: dict[str, Any], why: str) -> None:
        claim = {**HIGHEST, "domain": SPACE, "value": None, "bound": None, "ray": ["1"]}
        assert checked(claim, []).leaves == 0
        assert checked({**claim, "domain": [part(["-5"], [None])]}, []).leaves == 0
        refused({**claim, **changes}, [], 2, why)

    def test_a_ray_through_two_layers(self) -> None:
        """Neurons that are off pass on 0; along a side of the domain the other coordinate stays."""
        layers = net(([[1], [-1]], [0, 0]), ([[1, 1]], ["-1/2"]), ([[1]], [0]))
        claim = {**HIGHEST, "domain": SPACE, "point": ["1"], "value": None, "bound": None, "ray": ["1"]}
        assert checked(claim, [], layers=layers).leaves == 0
        quadrant = two(["0", "0"], [None, None])
        assert checked({**claim, "domain": quadrant, "point": ["1", "0"], "ray": ["1", "0"]}, [], layers=PLANE, inputs=2).claims

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"norm": "3"}, 'the "norm" is'),
            ({"norm": 2}, 'the "norm" is'),
            ({"domain": SPACE * 2}, "of one convex set"),
            ({"point": ["0"]}, "a neuron is 0 at the point"),
            ({"domain": [part(["1"], ["2"])]}, "in the interior of the domain"),
            ({"domain": [part([None], ["1"])]}, "in the interior of the domain"),
            ({"least": "2", "most": "2"}, "not as steep as claimed, 2"),
        ],
    )
    def test_a_lipschitz_constant(self, changes: dict[str, Any], why: str) -> None:
        refused({**STEEPEST, **changes}, HALVES, 2, why)

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"alternatives": 5}, '"alternatives" is no list'),
            ({"alternatives": [5]}, "there is no list"),
            ({"alternatives": [[{}]]}, "a constraint has not just"),
            ({"alternatives": [[constraint([[1, "1"]], [], 0)]]}, "a slope is not [input, number]"),
            ({"alternatives": [[constraint([], [[-1, "1"]], 0)]]}, "a slope is not [output, number]"),
            ({"alternatives": [[constraint([[0, "1"], [0, "2"]], [], 0)]]}, "input 0 stands twice"),
            ({"alternatives": [[constraint([5], [], 0)]]}, "a slope is not [input, number]"),
            ({"alternatives": [[constraint([[0]], [], 0)]]}, "a slope is not [input, number]"),
            ({"alternatives": [[{**BELOW[0], "strict": 1}]]}, "neither true nor false"),
            ({"point": ["0"], "alternative": 1}, "there is no such alternative"),
            ({"point": ["0"], "alternative": None}, "there is no such alternative"),
            ({"point": ["0"], "alternative": 0}, "does not satisfy constraint 3"),
            ({"point": ["2"], "alternative": 0}, "does not satisfy constraint 2"),
        ],
    )
    def test_a_property(self, changes: dict[str, Any], why: str) -> None:
        refused({**NOWHERE, **changes}, [leaf([[0, "1"]])], 2, why)

    def test_a_strict_constraint_needs_more_than_equality(self) -> None:
        for strict in (False, True):
            claim = {**NOWHERE, "alternatives": [[constraint([], [[0, "1"]], 1, strict)]], "point": ["1"], "alternative": 0}
            if strict:
                refused(claim, [], 2, "does not satisfy constraint 1")
            else:
                assert checked(claim, []).leaves == 0

    def test_every_alternative_is_refuted(self) -> None:
        claim = {**NOWHERE, "alternatives": [BELOW, [*BELOW[:2], constraint([], [[0, "-1"]], -1)]]}
        refused(claim, [leaf([[0, "1"]]), leaf([[0, "1"]])], 4, NOT_EMPTY)
        assert checked({**claim, "alternatives": [BELOW, BELOW]}, [leaf([[0, "1"]])] * 2).leaves == 2
        refused({**claim, "alternatives": [BELOW, BELOW]}, [leaf([[0, "1"]])], 4, "neither")

    def test_constraints_of_one_input_make_the_box(self) -> None:
        """0 <= x <= 1, whatever stands twice: the tightest counts; with x <= 2, |x| may be 3/2."""
        ends = [constraint([[0, "-1"]], [], 0), constraint([[0, "2"]], [], 2), constraint([[0, "1"]], [], 2)]
        high = constraint([], [[0, "-1"]], "-3/2")
        claim = {**NOWHERE, "alternatives": [[*ends, high]]}
        assert checked(claim, [leaf([[0, "1"]])]).leaves == 1
        refused({**claim, "alternatives": [[ends[0], ends[2], high]]}, [leaf([[0, "1"]])], 3, NOT_EMPTY)
        refused({**claim, "alternatives": [[ends[1], high]]}, [leaf([[0, "1"]])], 3, "nothing bounds their sum")

    def test_the_tightest_lower_end_counts(self) -> None:
        """x >= -1 and x >= 0, in both orders, with a slope that is no integer: |x| <= x there."""
        ends = [constraint([[0, "-1/2"]], [], "1/2"), constraint([[0, "-1/2"]], [], 0), constraint([[0, "1"]], [], 1)]
        for some in (ends, [ends[1], ends[0], ends[2]], [ends[2], *ends[:2]]):
            above = constraint([[0, "2"]], [[0, "-2"]], -1)
            assert checked({**NOWHERE, "alternatives": [[*some, above]]}, [leaf([[0, "1"]])]).leaves == 1

    def test_an_empty_box_needs_no_multiplier(self) -> None:
        ends = [constraint([[0, "-1"]], [], -1), constraint([[0, "1"]], [], 0)]
        assert checked({**NOWHERE, "alternatives": [ends]}, [leaf()]).leaves == 1
        refused({**NOWHERE, "alternatives": [[ends[0], constraint([[0, "1"]], [], 1)]]}, [leaf()], 3, NOT_EMPTY)

    def test_strict_constraints_of_inputs(self) -> None:
        """x < 0 and x > 0 refute each other; x <= 0 and x >= 0 do not."""
        for strict in (False, True):
            some = [constraint([[0, "-1"]], [], 0, strict), constraint([[0, "1"]], [], 0, strict)]
            claim = {**NOWHERE, "alternatives": [some]}
            if strict:
                assert checked(claim, [leaf([[0, "1"], [1, "1"]])]).leaves == 1
            else:
                refused(claim, [leaf()], 3, NOT_EMPTY)


def test_a_key_that_stands_twice() -> None:
    lines = certificate(HIGHEST, PROVED)
    lines[4] = '{"leaf": {}, ' + lines[4][1:]
    with pytest.raises(CheckFailed, match="line 5: not JSON"):
        check_analysis(lines, 1, ABSOLUTE)


def test_documents_are_not_changed() -> None:
    tree = [{**leaf([[0, "1"]]), "narrow": []}]
    before = json.dumps(tree)
    checked({**HIGHEST, "bound": "5"}, tree)
    assert json.dumps(tree) == before
