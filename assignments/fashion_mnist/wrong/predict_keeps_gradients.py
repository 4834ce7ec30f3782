"""Calls eval(), but keeps all that a backward pass would need."""

loses = {"test_logits_of_a_network_in_use": 1}
says = "carry gradients"


# %% question="predict"
def logits_of(model, x):
    model.eval()
    return torch.cat([model(batch) for batch in x.split(500)])


def predict(model, x):
    return logits_of(model, x).argmax(dim=1)
