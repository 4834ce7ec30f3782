"""Forgets zero_grad: the gradients of all batches add up. Fast, so that it is never nearly right."""

loses = {"test_train_learns_what_holds_for_other_images": 1, "test_train_reports_the_loss_of_an_image": 1}
says = "zero_grad"


# %% question="train"
def train(model, x, labels, epochs, augment=None):
    optimizer = torch.optim.Adam(model.parameters(), lr=2.5e-3)
    history = []
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for rows in torch.randperm(len(x)).split(64):
            batch = x[rows] if augment is None else augment(x[rows])
            loss = F.cross_entropy(model(batch), labels[rows])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(rows))
        history.append(mean_loss(losses, sizes))
    return history
