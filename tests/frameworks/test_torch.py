"""Modules of PyTorch. With weights that are multiples of 1/4, PyTorch itself computes without rounding: a net equals it."""

import copy
from fractions import Fraction

import numpy as np
import pytest
from flint import fmpq

pytest.importorskip("torch", reason="the package torch is not installed")
import torch
from torch import nn
from torch.nn import functional as F

from relupoly import evaluate, evaluate_floats, from_torch
from relupoly.errors import InputError, ModelError

GENERATOR = torch.Generator().manual_seed(4)


def short(module):
    """The module in double precision, its numbers multiples of 1/4, its variances squares: PyTorch does not round then."""
    module = module.double()
    for tensor in [*module.parameters(), *module.buffers()]:
        if tensor.is_floating_point():
            numbers = torch.randint(-6, 7, tensor.shape, generator=GENERATOR).double() / 4
            tensor.data.copy_(numbers)
    for one in module.modules():
        if isinstance(one, nn.modules.batchnorm._BatchNorm):
            one.eps = 0.0
            one.running_var.data.copy_(torch.randint(1, 4, one.running_var.shape, generator=GENERATOR).double() ** 2)
            one.weight.data.copy_(one.running_var.sqrt() * one.weight)
    return module


def check_exact(module, shape, net=None, points=8):
    net = net or from_torch(module, shape)
    inputs = torch.randint(-8, 9, (points, *shape), generator=GENERATOR).double() / 2
    modes = [one.training for one in module.modules()]
    with torch.no_grad():
        outputs = torch.cat([copy.deepcopy(module).eval()(one[None]) for one in inputs])
    assert [one.training for one in module.modules()] == modes
    for point, output in zip(inputs.flatten(1).tolist(), outputs.flatten(1).tolist(), strict=True):
        found = evaluate(net, [fmpq(*entry.as_integer_ratio()) for entry in point])
        assert [Fraction(int(value.p), int(value.q)) for value in found] == [Fraction(entry) for entry in output]
    return net


ACTIVATIONS = [
    nn.ReLU(),
    nn.ReLU(inplace=True),
    nn.LeakyReLU(0.25),
    nn.LeakyReLU(0.25, inplace=True),
    nn.PReLU(),
    nn.PReLU(4),
    nn.RReLU(0.25, 0.5),
    nn.Hardtanh(),
    nn.Hardtanh(-0.5, 2.25),
    nn.ReLU6(),
    nn.Softshrink(0.5),
    nn.Threshold(1.5, 1.5),
    nn.Identity(),
    nn.Dropout(0.7),
    nn.AlphaDropout(0.7),
]


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=repr)
def test_activations(activation):
    module = nn.Sequential(nn.Linear(3, 4), activation, nn.Linear(4, 2, bias=False))
    check_exact(short(module), (3,), from_torch(module))


def test_the_number_of_inputs_is_that_of_the_first_linear_layer():
    assert from_torch(nn.Sequential(nn.Flatten(), nn.Linear(7, 1))).input_dim == 7


IMAGES = {
    "plain": (nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.Flatten(), nn.Linear(12, 2)), (2, 4, 4)),
    "strides": (nn.Conv2d(2, 4, (3, 2), stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2), (2, 5, 4)),
    "same": (nn.Conv2d(1, 2, (2, 3), padding="same"), (1, 4, 4)),
    "valid": (nn.Conv2d(1, 2, 2, padding="valid", bias=False), (1, 3, 3)),
    "circular": (nn.Conv1d(1, 2, 3, padding=1, padding_mode="circular"), (1, 4)),
    "reflect": (nn.Conv2d(1, 1, 3, padding=1, padding_mode="reflect"), (1, 3, 4)),
    "replicate": (nn.Conv1d(1, 1, 3, padding=2, padding_mode="replicate"), (1, 4)),
    "one dimension": (nn.Sequential(nn.Conv1d(2, 2, 2), nn.MaxPool1d(2), nn.AvgPool1d(2)), (2, 6)),
    "three dimensions": (nn.Sequential(nn.Conv3d(1, 2, 2), nn.MaxPool3d((1, 2, 2))), (1, 3, 3, 3)),
    "transposed": (nn.ConvTranspose2d(2, 4, 3, stride=2, padding=1, output_padding=1, groups=2), (2, 2, 3)),
    "transposed, one dimension": (nn.ConvTranspose1d(1, 2, 3, dilation=2), (1, 3)),
    "normalised": (nn.Sequential(nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2), nn.ReLU(inplace=True)), (1, 3, 3)),
    "normalised rows": (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU()), (3,)),
    "pools": (nn.Sequential(nn.MaxPool2d(3, 2, 1, ceil_mode=True), nn.AvgPool2d(2, 1)), (1, 4, 5)),
    "dilated": (nn.MaxPool2d(2, dilation=2), (1, 4, 5)),
    "averages without padding": (nn.AvgPool2d(2, 2, 1, count_include_pad=True), (1, 4, 4)),
    "one window": (nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()), (2, 2, 4)),
    "windows that divide": (nn.AdaptiveMaxPool2d((2, 1)), (1, 4, 3)),
    "dropped channels": (nn.Sequential(nn.Dropout2d(0.5), nn.Unflatten(1, (1, 2)), nn.ZeroPad2d((1, 0, 2, -1))), (2, 2, 2)),
    "larger": (nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(1, 1, 2)), (1, 2, 3)),
    "moved": (nn.Sequential(nn.PixelShuffle(2), nn.ReLU()), (4, 2, 1)),
}


@pytest.mark.parametrize("name", IMAGES)
def test_images(name):
    module, shape = IMAGES[name]
    check_exact(short(module), shape)


class Residual(nn.Module):
    """What a Sequential cannot say."""

    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(4, 4), nn.Linear(4, 4)
        self.scale = nn.Parameter(torch.ones(4))
        self.register_buffer("mask", torch.ones(4))
        self.blocks = nn.ModuleList([nn.Sequential(nn.Linear(4, 4), nn.ReLU(inplace=True)) for _ in range(2)])

    def forward(self, x):
        y = torch.relu(self.one(x)) + x
        y = F.leaky_relu(self.two(y), 0.5) * self.scale - self.mask
        for block in self.blocks:
            y = y + block(y)
        first, second = y.chunk(2, dim=1)
        parts = [
            first.abs(),
            second.clamp(min=0),
            torch.maximum(first, second),
            torch.minimum(first, second),
            -first,
            2 - second / 4,
        ]
        z = torch.cat(parts, dim=1).view(x.size(0), -1)
        sums = [z.mean(1, keepdim=True), z[:, ::2].sum(1, keepdim=True), z.amax(1, keepdim=True), z.max(dim=1)[0][:, None]]
        return torch.stack([*sums, z[:, 3:4].clamp_max(1)], dim=2).transpose(1, 2).squeeze(2)


def test_skip_connections_and_code():
    class Eighths(Residual):
        def forward(self, x):
            y = super().forward(x)
            return torch.cat([y[:, :1] * 12, y[:, 1:]], dim=1)  # the mean of twelve numbers is rounded

    module = short(Eighths())
    module.train()
    net = from_torch(module)
    inputs = torch.randint(-8, 9, (20, 4), generator=GENERATOR).double()
    with torch.no_grad():
        expected = module.eval()(inputs)
    assert np.allclose(evaluate_floats(net, inputs.numpy()), expected.numpy(), rtol=1e-12, atol=1e-12)


class InPlace(nn.Module):
    """What is written into a tensor is seen through its other names."""

    def forward(self, x):
        y = x + 1
        part = y[:, :2]
        part.mul_(2).relu_()
        y += y.flip(1)
        return torch.cat([y, part], dim=1)


def test_writing_in_place():
    check_exact(nn.Sequential(InPlace()), (4,))


class Bounded(nn.Module):
    """Bounds for all entries, beyond all numbers, and for each entry."""

    def forward(self, x):
        y = x.clamp(min=-1, max=1e300).clamp(torch.tensor([-0.5, 0.25, 0.5]), torch.tensor([0.0, 1.0, 2.0]))
        chosen = torch.where(torch.tensor([True, False, True]), y, x).masked_fill(torch.tensor([False, True, False]), 0.75)
        return torch.cat([y, chosen, x[:, [2, 0]], F.pad(x, (1, -1), value=-2.5), torch.stack([x, y]).sum(0)], dim=1)


def test_bounds_and_choices():
    check_exact(nn.Sequential(Bounded()), (3,))


def test_a_bound_beyond_single_precision_is_none():
    net = from_torch(nn.Sequential(nn.Linear(1, 1), nn.Hardtanh(0, 1e300)))
    assert net.relus == (1,)


class Parametrised(nn.Module):
    """Weights that are computed: PyTorch computes them, and rounds as it does."""

    def __init__(self):
        super().__init__()
        self.layer = nn.utils.parametrizations.weight_norm(nn.Linear(3, 2))
        self.logits = nn.Parameter(torch.tensor([0.1, 0.2]))

    def forward(self, x):
        return torch.relu(self.layer(x)) * torch.softmax(self.logits, 0) @ torch.arange(2, dtype=x.dtype) + torch.tensor(0.5)


def test_weights_that_are_computed():
    module = Parametrised()
    net = from_torch(module, (3,))
    with torch.no_grad():
        weight, factor = module.layer.weight.double().tolist(), torch.softmax(module.logits, 0)[1].item()
        bias = module.layer.bias.tolist()
    for point in ([1, 2, 3], [-1, 0, 5], [-3, -3, 1]):
        row = sum((Fraction(w) * x for w, x in zip(weight[1], point, strict=True)), Fraction(bias[1]))
        expected = max(row, Fraction(0)) * Fraction(factor) + Fraction(1, 2)
        [found] = evaluate(net, [fmpq(entry) for entry in point])
        assert Fraction(int(found.p), int(found.q)) == expected


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16])
def test_weights_are_what_is_stored(dtype):
    module = nn.Linear(3, 2).to(dtype)
    net = from_torch(module)
    stored = module.weight.double().tolist(), module.bias.double().tolist()
    for row, exact in zip(stored[0], net.layers[0].weight.tolist(), strict=True):
        assert [Fraction(entry) for entry in row] == [Fraction(int(entry.p), int(entry.q)) for entry in exact]
    assert [Fraction(entry) for entry in stored[1]] == [
        Fraction(int(one.p), int(one.q)) for one in net.layers[0].bias.entries()
    ]


@pytest.mark.parametrize(("dtype", "slope"), [(torch.float32, float(np.float32(0.1))), (torch.float64, 0.1)])
def test_slopes_are_rounded_as_pytorch_rounds_them(dtype, slope):
    module = nn.Sequential(nn.Linear(1, 1, dtype=dtype), nn.LeakyReLU(0.1))
    with torch.no_grad():
        module[0].weight.fill_(1)
        module[0].bias.fill_(0)
    [found] = evaluate(from_torch(module), [fmpq(-1)])
    assert Fraction(int(found.p), int(found.q)) == -Fraction(slope)
    assert module(torch.tensor([[-1.0]], dtype=dtype)).item() == -slope


def test_hard_sigmoid_is_what_the_documentation_says():
    net = from_torch(nn.Sequential(nn.Linear(1, 1), nn.Hardsigmoid()))
    with torch.no_grad():
        module = nn.Hardsigmoid()
        inputs = torch.linspace(-5, 5, 21)[:, None]
        assert np.allclose(evaluate_floats(from_torch(module, 1), inputs.numpy()), module(inputs).numpy(), atol=1e-6)
    assert net.relus == (2,)


def test_a_larger_net_in_single_precision():
    torch.manual_seed(0)
    module = nn.Sequential(
        *(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(4, 8, 3, stride=2), nn.LeakyReLU(), nn.Flatten(), nn.Dropout(), nn.Linear(32, 10)),
    )
    inputs = torch.randn(6, 1, 10, 10)
    for _ in range(3):
        module(torch.randn(16, 1, 10, 10))  # so that the running statistics are something
    net = from_torch(module, (1, 10, 10))
    assert module.training
    with torch.no_grad():
        expected = module.eval()(inputs).numpy()
    assert np.allclose(evaluate_floats(net, inputs.flatten(1).numpy()), expected, rtol=1e-4, atol=1e-5)
    assert net.metadata["torch"]["rounded"]


LAST = [nn.Softmax(dim=1), nn.LogSoftmax(dim=1), nn.Sigmoid(), nn.Tanh()]


@pytest.mark.parametrize("last", LAST, ids=repr)
def test_a_last_activation_is_left_off_with_leave(last):
    module = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 2))
    net = from_torch(nn.Sequential(module, last, nn.Flatten()), drop_last=True)
    assert net == from_torch(module)
    with pytest.raises(ModelError) as caught:
        from_torch(nn.Sequential(module, last))
    assert str(caught.value).startswith(f'"1" ({type(last).__name__}), operator ')
    assert str(caught.value).endswith("its function is not piecewise linear; drop_last=True leaves a last activation off")


class Numbers(nn.Module):
    def forward(self, x):
        return x * 2 if x.sum() > 0 else x


class Pair(nn.Module):
    def forward(self, x):
        return x, x + 1


class Chance(nn.Module):
    def forward(self, x):
        return x + torch.rand(3)


class Always(nn.Module):
    def forward(self, x):
        return F.dropout(x, 0.5)


class Square(nn.Module):
    def forward(self, x):
        return x * x


class Nothing(nn.Module):
    def forward(self, x):
        return torch.zeros(1, 3)


class Choice(nn.Module):
    def forward(self, x):
        return torch.where(x > 0, x, x * 2)


class Jump(nn.Module):
    def forward(self, x):
        return (x > 0).float()


LINEAR = nn.Linear(3, 3)


@pytest.mark.parametrize(
    ("module", "shape", "message"),
    [
        (nn.Sequential(LINEAR, nn.Tanh(), LINEAR), None, '"1" (Tanh), operator tanh: its function is not piecewise linear'),
        (
            nn.Sequential(LINEAR, nn.Sequential(LINEAR, nn.GELU()), LINEAR),
            None,
            '"1.1" (GELU), operator gelu: its function is not',
        ),
        (
            nn.Sequential(LINEAR, nn.LayerNorm(3)),
            None,
            '"1" (LayerNorm), operator layer_norm: its function is not piecewise linear',
        ),
        (nn.Sequential(LINEAR, Square()), None, '"1" (Square), operator mul: both factors depend on the input of the net'),
        (nn.Sequential(LINEAR, Jump()), None, '"1" (Jump), operator gt: it is not supported, or not piecewise linear'),
        (nn.Sequential(LINEAR, Choice()), None, '"1" (Choice), operator gt: it is not supported, or not piecewise linear'),
        (nn.Sequential(LINEAR, Chance()), None, '"1" (Chance), operator rand: it is random; give a module without chance'),
        (nn.Sequential(LINEAR, Always()), None, '"1" (Always), operator dropout: it drops entries at random'),
        (nn.Sequential(LINEAR, nn.Threshold(1, 2)), None, '"1" (Threshold), operator threshold: it jumps where its threshold'),
        (nn.BatchNorm2d(3, track_running_stats=False), (3, 2, 2), "operator batch_norm: it normalises by its own input"),
        (nn.AdaptiveAvgPool2d(3), (1, 4, 4), "operator adaptive_avg_pool2d: it pools [4, 4] to [3, 3] by windows of unequal"),
        (Numbers(), (3,), "torch.export cannot follow the module on an input of shape [1, 3]: "),
        (LINEAR, (4,), "torch.export cannot follow the module on an input of shape [1, 4]: "),
        (Pair(), (3,), "the module gives 2 tensors, and a network gives one; wrap it in a module that chooses one"),
        (Nothing(), (3,), "its output does not depend on its input; give a module that computes something of it"),
        (
            nn.Conv2d(1, 1, 2),
            None,
            "the first layer does not say how many inputs there are; give input_shape, such as (1, 28, 28)",
        ),
        (nn.ReLU(), None, "the first layer does not say how many inputs there are; give input_shape"),
        (LINEAR, (0,), "input_shape is (0,); give whole numbers from 1, such as (1, 28, 28)"),
        (LINEAR, (2.5,), "input_shape is (2.5,); give whole numbers from 1"),
        (LINEAR, (10**6, 10**6), "a tensor of shape [1000000, 1000000] takes more than"),
        ("net", None, "an object of the class str is no torch.nn.Module; give one"),
    ],
)
def test_what_is_refused(module, shape, message):
    with pytest.raises(InputError) as caught:
        from_torch(module, shape)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value).splitlines()) == 1


def test_nothing_to_leave_off():
    with pytest.raises(ModelError, match="its last operator is piecewise linear, so nothing is left off; leave out drop_last"):
        from_torch(LINEAR, drop_last=True)


def test_a_weight_that_is_not_finite():
    module = nn.Linear(1, 1)
    module.weight.data.fill_(float("nan"))
    with pytest.raises(ModelError, match="operator linear: weight has an entry that is not finite; train the model anew"):
        from_torch(module)


def test_modes_come_back_after_an_error():
    module = nn.Sequential(nn.Linear(3, 3), nn.Dropout().eval(), Numbers())
    with pytest.raises(ModelError):
        from_torch(module)
    assert [one.training for one in module.modules()] == [True, True, False, True]
