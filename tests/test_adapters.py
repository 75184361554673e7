"""Sources of torch modules and of scikit-learn's perceptron, against their own arithmetic."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib import pyplot as plt
from sklearn.compose import make_column_transformer
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from torch import nn

from pacdistill import (
    SklearnSource,
    TorchSource,
    extract_tree,
    parity_tree,
    sample_cube,
    tree_network,
)
from pacdistill.extraction import read_activations, read_labels

X = sample_cube(50, 6, np.random.default_rng(0))
BITS = torch.from_numpy(X).float()


def two_layers(outputs=1, seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Linear(6, 5), nn.ReLU(inplace=True), nn.Linear(5, 4), nn.Tanh(), nn.Linear(4, outputs)
    ).eval()


class Wrapped(nn.Module):
    """A module made of a function of (self, x), with a linear layer and whatever it is given."""

    def __init__(self, forward, **parts):
        super().__init__()
        torch.manual_seed(0)
        self.linear, self.readout = nn.Linear(6, 6), nn.Linear(6, 1)
        for name, part in parts.items():
            setattr(self, name, part)
        self.forward = lambda x: forward(self, x)


# --- torch: what is read


def test_the_activations_are_what_the_layers_return():
    net = two_layers()
    before_relu = net[0](BITS).detach().numpy()
    after_tanh = net[:4](BITS).detach().numpy()
    source = TorchSource(net, ["0", "3"])
    assert np.array_equal(source.activations(X), np.hstack([before_relu, after_tanh]))
    assert (before_relu < 0).any()  # the ReLU after layer 0 works in place, on another copy
    assert np.array_equal(TorchSource(net, "3").activations(X), after_tanh)


@pytest.mark.parametrize("batch", [1, 7, 50, 1000])
def test_batches_are_put_together(batch):
    net = two_layers()
    source, whole = TorchSource(net, "3", batch=batch), TorchSource(net, "3")
    np.testing.assert_allclose(source.activations(X), whole.activations(X), atol=1e-6)
    assert np.array_equal(source.labels(X), whole.labels(X))


@pytest.mark.parametrize(
    ("outputs", "reshape", "expected"),
    [
        (1, lambda z: z, lambda z: z[:, 0] > 0),
        (1, lambda z: z[:, 0], lambda z: z[:, 0] > 0),
        (2, lambda z: z, lambda z: z.argmax(axis=1)),
    ],
)
def test_a_label_is_the_sign_of_one_logit_or_the_larger_of_two(outputs, reshape, expected):
    net = two_layers(outputs)
    net[-1].bias.data = -net(BITS).mean(dim=0).data + net[-1].bias.data
    logits = net(BITS).detach().numpy()
    labels = TorchSource(Wrapped(lambda _, x: reshape(net(x))), "linear").labels(X)
    assert labels.tolist() == expected(logits).astype(int).tolist()
    assert 0 < labels.mean() < 1


def test_more_classes_need_a_label_function():
    net = two_layers(outputs=3)
    with pytest.raises(ValueError, match=r"labels are binary.* it returns \(50, 3\).*argmax"):
        TorchSource(net, "3").labels(X)
    classes = net(BITS).argmax(dim=1).numpy()
    one_against_rest = TorchSource(net, "3", label=lambda z: z.argmax(1) == classes[0])
    assert one_against_rest.labels(X).tolist() == (classes == classes[0]).astype(int).tolist()


def test_other_outputs_need_a_label_function():
    net = Wrapped(lambda self, x: {"logit": self.linear(x)[:, 0]})
    with pytest.raises(ValueError, match=r"it returns dict"):
        TorchSource(net, "linear").labels(X)
    labels = TorchSource(net, "linear", label=lambda out: out["logit"] > 0).labels(X)
    assert labels.tolist() == (net.linear(BITS)[:, 0] > 0).int().tolist()


def test_labels_of_a_label_function_are_checked():
    with pytest.raises(ValueError, match="labels must be 0 or 1"):
        TorchSource(two_layers(), "3", label=lambda z: z[:, 0]).labels(X)


def test_probabilities_are_not_taken_for_logits():
    many = sample_cube(200, 6, np.random.default_rng(1))
    net = nn.Sequential(two_layers(), nn.Sigmoid())
    net[0][-1].weight.data *= 20  # else its logits, too, lie between 0 and 1
    with pytest.raises(ValueError, match=r"as probabilities do; give label=lambda p: p > 0\.5"):
        TorchSource(net, "0.3").labels(many)
    labels = TorchSource(net, "0.3", label=lambda p: p[:, 0] > 0.5).labels(many)
    assert np.array_equal(labels, TorchSource(net[0], "3").labels(many))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_logit_that_is_not_finite_has_no_label(bad):
    net = two_layers()
    net[-1].bias.data.fill_(bad)
    with pytest.raises(ValueError, match="logits must be finite"):
        TorchSource(net, "3").labels(X)


def test_inputs_have_the_type_of_the_parameters_or_that_of_encode():
    net = two_layers().double()
    assert TorchSource(net, "3").activations(X).dtype == np.float32
    signs = TorchSource(net, "3", encode=lambda rows: torch.tensor(2.0 * rows - 1).double())
    expected = net[:4](2 * BITS.double() - 1).detach().numpy()
    np.testing.assert_allclose(signs.activations(X), expected, rtol=1e-6)


def test_a_data_frame_is_read_in_batches():
    frame = pd.DataFrame({f"c{i}": X[:, i] for i in range(6)})
    source = TorchSource(two_layers(), "3", batch=20)
    assert np.array_equal(source.activations(frame), source.activations(X))


def test_an_output_that_is_a_tuple_gives_its_first_entry_and_axes_are_flattened():
    lstm = nn.LSTM(6, 3, batch_first=True)
    net = Wrapped(
        lambda self, x: self.readout(self.lstm(x.reshape(-1, 2, 6))[0].flatten(1)), lstm=lstm
    )
    X2 = np.hstack([X, X])
    expected = lstm(torch.from_numpy(X2).float().reshape(-1, 2, 6))[0].flatten(1).detach().numpy()
    assert np.array_equal(TorchSource(net, "lstm").activations(X2), expected)


def test_the_whole_way_of_a_torch_module_to_its_tree():
    secret = parity_tree((0, 2, 5))
    source = TorchSource(tree_network(secret, 8), "units", batch=300)
    # `units` is linear: its outputs before the ReLU do not carry the clauses, so beside it a ReLU.
    net = nn.Sequential(source.module.units, nn.ReLU(), source.module.readout)
    result = extract_tree(
        TorchSource(net, "1"), sample_cube(800, 8, np.random.default_rng(0)), depth=3
    )
    assert result.tree.equivalent(secret)


# --- torch: nothing is left behind


def hooks(net):
    return [len(module._forward_hooks) for module in net.modules()]


def modes(net):
    return [module.training for module in net.modules()]


@pytest.mark.parametrize("fails", [False, True])
def test_modes_gradients_and_hooks_are_as_before(fails):
    def forward(self, x):
        assert not any(modes(self))
        assert not torch.is_grad_enabled()
        if fails:
            raise ZeroDivisionError("of the module")
        return self.readout(self.norm(self.linear(x)))

    net = Wrapped(forward, norm=nn.BatchNorm1d(6))
    net.train()
    net.readout.eval()
    before, statistics = modes(net), net.norm.running_mean.clone()
    source = TorchSource(net, ["linear", "norm"])
    for ask in (source.labels, source.activations):
        if fails:
            with pytest.raises(ZeroDivisionError):
                ask(X)
        else:
            ask(X)
    assert modes(net) == before
    assert sum(hooks(net)) == 0
    assert torch.equal(net.norm.running_mean, statistics)


def test_the_module_is_not_moved_and_inputs_go_to_the_device_that_is_named():
    seen = []
    net = Wrapped(lambda self, x: (seen.append(x.device.type), self.readout(self.linear(x)))[1])
    TorchSource(net, "linear").labels(X)
    with pytest.raises(Exception, match="meta"):  # a device without numbers, which every torch has
        TorchSource(net, "linear", device="meta").labels(X)
    assert seen == ["cpu", "meta"]
    assert {p.device.type for p in net.parameters()} == {"cpu"}


# --- torch: what is refused


def test_an_unknown_layer_lists_those_that_exist():
    with pytest.raises(
        ValueError,
        match=r"no layer 'redout' \(did you mean 'readout'\?\); its"
        r" layers are \['linear', 'readout'\]",
    ):
        TorchSource(Wrapped(None), "redout")


@pytest.mark.parametrize(("layers", "batch"), [([], 10), ("0", 0)])
def test_a_source_needs_a_layer_and_a_batch(layers, batch):
    with pytest.raises(ValueError, match="at least one layer and batch >= 1"):
        TorchSource(two_layers(), layers, batch=batch)


@pytest.mark.parametrize(
    ("forward", "parts", "message"),
    [
        (lambda self, x: self.readout(x), {}, "'linear' ran 0 times"),
        (lambda self, x: self.linear(self.linear(x)), {}, "'linear' ran 2 times.*shared"),
        (lambda self, x: self.readout(self.linear(x.T.T[:3])), {}, r"\(3, 6\) for 50 rows"),
        (
            lambda self, x: self.readout(self.linear({"x": x})["x"]),
            {"linear": nn.Identity()},
            "returns a dict",
        ),
    ],
)
def test_a_layer_runs_once_and_returns_a_row_for_each_row(forward, parts, message):
    with pytest.raises(ValueError, match=message):
        TorchSource(Wrapped(forward, **parts), "linear").activations(X)


@pytest.mark.parametrize(
    "mix",
    [
        lambda h: nn.functional.dropout(h, 0.5, training=True),
        lambda h: torch.softmax(h @ h.T, dim=1) @ h,
        lambda h: nn.functional.batch_norm(h, None, None, training=True),
    ],
)
def test_a_module_that_mixes_the_rows_of_a_batch_is_refused(mix):
    net = Wrapped(lambda self, x: self.readout(self.mixed(mix(self.linear(x)))), mixed=nn.ReLU())
    with pytest.raises(ValueError, match="change when these rows are asked about without"):
        read_activations(TorchSource(net, "mixed"), X)


# --- scikit-learn


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    return rng.normal(size=(200, 4)), rng


def perceptron(**options):
    return MLPClassifier((6, 3), solver="lbfgs", max_iter=2000, random_state=0, **options)


@pytest.mark.parametrize("activation", ["identity", "logistic", "tanh", "relu"])
@pytest.mark.parametrize("names", [[0, 1], ["no", "yes"]])
def test_the_activations_lead_to_the_models_own_probabilities(table, activation, names):
    T = table[0]
    model = perceptron(activation=activation, alpha=1.0).fit(T, np.array(names)[(T[:, 0] > 0) * 1])
    source = SklearnSource(model)
    logit = source.activations(T) @ model.coefs_[-1] + model.intercepts_[-1]
    probability = 1 / (1 + np.exp(-logit[:, 0]))
    np.testing.assert_allclose(probability, model.predict_proba(T)[:, 1], atol=1e-5)
    assert [names[y] for y in read_labels(source, T)] == model.predict(T).tolist()
    assert read_activations(SklearnSource(model, [0, 1]), T).shape == (200, 9)
    assert np.array_equal(SklearnSource(model, 1).activations(T), source.activations(T))


def test_a_pipeline_reads_the_raw_table(table):
    T = table[0]
    frame = pd.DataFrame({"a": T[:, 0], "color": np.where(T[:, 1] > 0, "red", "blue")})
    for sparse in (False, True):
        encode = make_column_transformer(
            (StandardScaler(), ["a"]),
            (OneHotEncoder(sparse_output=sparse), ["color"]),
            sparse_threshold=float(sparse),
        )
        model = make_pipeline(encode, perceptron(alpha=1.0)).fit(frame, T[:, 0] * T[:, 1] > 0)
        source = SklearnSource(model)
        encoded = SklearnSource(model[-1]).activations(model[0].transform(frame))
        np.testing.assert_allclose(source.activations(frame), encoded)
        assert np.array_equal(read_labels(source, frame), model.predict(frame))
    alone = make_pipeline(perceptron()).fit(T, T[:, 0] > 0)
    assert np.array_equal(
        SklearnSource(alone).activations(T), SklearnSource(alone[0]).activations(T)
    )


@pytest.mark.parametrize("model", [perceptron(), make_pipeline(StandardScaler(), perceptron())])
def test_a_model_must_be_fitted(model):
    with pytest.raises(NotFittedError):
        SklearnSource(model)


@pytest.mark.parametrize(
    "model", [MLPRegressor(), LogisticRegression(), make_pipeline(StandardScaler()), "model", None]
)
def test_other_models_are_refused(model):
    with pytest.raises(TypeError, match=r"an MLPClassifier or a Pipeline that ends in one"):
        SklearnSource(model)


def test_more_than_two_classes_are_refused(table):
    T = table[0]
    with pytest.raises(ValueError, match=r"labels are binary, but the model has the classes"):
        SklearnSource(perceptron().fit(T, np.digitize(T[:, 0], [-0.5, 0.5])))


@pytest.mark.parametrize("layers", [2, -1, [0, 2], []])
def test_hidden_layers_are_those_of_the_model(table, layers):
    T = table[0]
    with pytest.raises(ValueError, match="the model has the hidden layers 0 to 1, but layers = "):
        SklearnSource(perceptron().fit(T, T[:, 0] > 0), layers)


# --- the recipes of the README


def test_the_recipes_of_the_readme_run(tmp_path, monkeypatch, capsys):
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    recipes = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(recipes) == 4
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    functions = {"my_labels": lambda T: T[:, 0], "my_activations": lambda T: T}
    scope = dict(functions)
    for recipe in recipes:
        exec(recipe, scope)
    assert "malignant" in capsys.readouterr().out
    assert (tmp_path / "tree.png").stat().st_size > 0
    assert read_labels(scope["source"], X).tolist() == X[:, 0].tolist()
    plt.close("all")
