"""Takes augment and never applies it."""

loses = {"test_train_applies_augment": 1}
says = "black images"


# %% question="train"
def train(model, x, labels, epochs, augment=None):
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    history = []
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for rows in torch.randperm(len(x)).split(64):
            batch = x[rows]
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(rows))
        history.append(mean_loss(losses, sizes))
    return history
