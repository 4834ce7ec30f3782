"""Trains with eval(): no dropout, and batch norm never looks at the batch. Fast, so never nearly right."""

loses = {
    "test_train_learns_what_holds_for_other_images": 1,
    "test_train_reports_the_loss_of_an_image": 1,
    "test_train_uses_training_mode": 1,
    "test_train_applies_augment": 1,
    "test_model_learns_from_fresh_weights": 1,
}
says = "loss on others"


# %% question="train"
def train(model, x, labels, epochs, augment=None):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    history = []
    for _ in range(epochs):
        model.eval()
        losses, sizes = [], []
        for rows in torch.randperm(len(x)).split(64):
            batch = x[rows] if augment is None else augment(x[rows])
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(rows))
        history.append(mean_loss(losses, sizes))
    return history
