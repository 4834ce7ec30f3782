"""Returns the accuracy under the name of a loss."""

loses = {"test_train_learns_stripes": 1, "test_train_reports_the_loss_of_an_image": 1}
says = "hardly fall"


# %% question="train"
def train(model, x, labels, epochs, augment=None):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    history = []
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for rows in torch.randperm(len(x)).split(64):
            batch = x[rows] if augment is None else augment(x[rows])
            logits = model(batch)
            loss = F.cross_entropy(logits, labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append((logits.argmax(dim=1) == labels[rows]).float().mean().item())
            sizes.append(len(rows))
        history.append(mean_loss(losses, sizes))
    return history
