"""Puts a sigmoid before the cross entropy, which wants logits.

With a softmax there it depends on the seed how much is learned: the loss on others ends at 0.84 to 1.62.
"""

loses = {"test_train_reports_the_loss_of_an_image": 1}
says = "give the cross entropy logits"


# %% question="train"
def train(model, x, labels, epochs, augment=None):
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    history = []
    for _ in range(epochs):
        model.train()
        losses, sizes = [], []
        for rows in torch.randperm(len(x)).split(64):
            batch = x[rows] if augment is None else augment(x[rows])
            loss = F.cross_entropy(model(batch).sigmoid(), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(rows))
        history.append(mean_loss(losses, sizes))
    return history
