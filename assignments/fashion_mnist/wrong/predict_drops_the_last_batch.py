"""Cuts whole batches of 500, and leaves out what is left over."""

loses = {"test_predict_takes_any_number_of_images": 1}
says = "expected shape \\(1203,\\)"


# %% question="predict"
def logits_of(model, x):
    model.eval()
    with torch.no_grad():
        if len(x) < 500:
            return model(x)
        return torch.cat([model(x[500 * i : 500 * (i + 1)]) for i in range(len(x) // 500)])


def predict(model, x):
    return logits_of(model, x).argmax(dim=1)
