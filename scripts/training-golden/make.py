"""Writes test/golden/training.json: the training loss and its gradients on a tiny graph, by PyTorch's autograd.

Independent of the engine's code: dense float64 matrices and the formulas of src/graph/trainer.ts. Run once, by hand:
    python3 -m venv venv && venv/bin/pip install -r requirements.txt && venv/bin/python make.py
"""

import json
from pathlib import Path

import torch

torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
USERS, PLACES, TEXT_DIM, DIM, LAYERS, HOP_WEIGHT, TEMPERATURE, SHARPNESS = 4, 7, 5, 4, 2, 1.5, 0.3, 0.25

# User-place weights; every user has a place, place 6 has no user, user 3 has nearly all of them.
weights = torch.tensor(
    [
        [5.0, 0, 1, 0, 0, 0, 0],
        [0, 2, 0, 0, 0, 0, 0],
        [1, 1, 0, 3, 0, 0, 0],
        [1, 0, 2, 1, 1, 4, 0],
    ]
)
# User 1 dislikes places 4 (a negative of the step too) and 5, user 2 place 0's neighbour 2; a dislike weighs as many negatives.
dislikes = torch.zeros_like(weights)
dislikes[1, 4], dislikes[1, 5], dislikes[2, 2] = 5, 1, 3
dislike_negatives = 20 * torch.log1p(dislikes) / torch.log1p(torch.tensor(5.0))
batch_users = [0, 1, 2, 3]
negatives = [1, 3, 4, 6]

# Rounded to what float32 holds, so that both sides start from the same numbers.
f32 = lambda *shape: torch.randn(*shape).to(torch.float32).to(torch.float64)
text = f32(PLACES, TEXT_DIM)
feature_layer = f32(TEXT_DIM, DIM) * 0.5
residual = f32(PLACES, DIM) * 0.5
feature_layer[:, -1] = 0
residual[:, -1] = 0
bias = f32(PLACES) * 0.25
for parameter in (feature_layer, residual, bias):
    parameter.requires_grad_(True)

linked = (weights > 0).double()
user_degrees, place_degrees = linked.sum(1), linked.sum(0)
damped = torch.log1p(weights) * torch.where(place_degrees > 0, place_degrees, 1) ** -0.25
start = damped / damped.sum(1, keepdim=True)
norm_adj = linked / torch.sqrt(user_degrees[:, None] * torch.where(place_degrees > 0, place_degrees, 1)[None, :])

ego = text @ feature_layer + residual
hops, reached = torch.zeros_like(ego), ego.detach()  # held constant in a step
for _ in range(LAYERS):
    reached = norm_adj.T @ (norm_adj @ reached)
    hops = hops + HOP_WEIGHT * reached
unit = torch.nn.functional.normalize
unit_places = unit(ego + hops, dim=1)
unit_users = unit(start @ unit_places, dim=1)

loss = torch.tensor(0.0)
for user in batch_users:
    own = linked[user].nonzero().flatten()
    others = [n for n in negatives if n not in own.tolist()]
    negative_logits = (unit_places[others] @ unit_users[user] + bias[others]) / TEMPERATURE
    disliked = dislikes[user].nonzero().flatten()
    disliked_logits = (unit_places[disliked] @ unit_users[user] + bias[disliked]) / TEMPERATURE
    negative_logits = torch.cat([negative_logits, disliked_logits + torch.log(dislike_negatives[user][disliked])])
    losses = []
    for place in own:
        # Each positive is scored by the user without it; a user of one place has no direction then.
        rest = start[user].clone()
        rest[place] = 0
        cosine = unit(rest @ unit_places, dim=0) @ unit_places[place] if rest.any() else torch.tensor(0.0)
        positive = (cosine + bias[place]) / TEMPERATURE
        logits = torch.cat([positive.reshape(1), negative_logits])
        losses.append(torch.logsumexp(logits, 0) - positive)
    understood = torch.exp(-SHARPNESS * torch.stack(losses)).mean()
    loss = loss - len(own) ** 0.5 / (len(batch_users) * SHARPNESS) * torch.log(understood)
loss.backward()

# The last coordinate belongs to the bias: W and R are fixed at zero there.
feature_layer.grad[:, -1] = 0
residual.grad[:, -1] = 0
flat = lambda tensor: [float(value) for value in tensor.detach().flatten()]
golden = {
    "made": f"scripts/training-golden/make.py, torch {torch.__version__}, float64",
    "users": USERS, "places": PLACES, "textDim": TEXT_DIM, "dim": DIM,
    "layers": LAYERS, "hopWeight": HOP_WEIGHT, "temperature": TEMPERATURE, "sharpness": SHARPNESS,
    "weights": flat(weights), "dislikes": flat(dislikes), "batchUsers": batch_users, "negatives": negatives,
    "text": flat(text), "featureLayer": flat(feature_layer), "residual": flat(residual), "bias": flat(bias),
    "loss": float(loss.detach()),
    "unitUsers": flat(unit_users), "unitPlaces": flat(unit_places),
    "gradients": {
        "featureLayer": flat(feature_layer.grad), "residual": flat(residual.grad), "bias": flat(bias.grad),
    },
}
target = Path(__file__).parents[2] / "test" / "golden" / "training.json"
target.write_text(json.dumps(golden, indent=1) + "\n")
print(f"wrote {target} ({target.stat().st_size} bytes), loss {golden['loss']:.6f}")
