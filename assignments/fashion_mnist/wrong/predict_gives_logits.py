"""Returns the logits themselves."""

loses = {
    "test_logits_of_a_network_in_use": 1,
    "test_predict_switches_training_mode_off": 1,
    "test_predict_takes_any_number_of_images": 1,
}
says = "predict does not give the class"


# %% question="predict"
def logits_of(model, x):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(batch) for batch in x.split(500)])


def predict(model, x):
    return logits_of(model, x)
