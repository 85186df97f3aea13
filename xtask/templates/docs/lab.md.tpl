# %Lab%

What it is, in one sentence, after which paper.

## Messages

| message | from | to | says |
|---|---|---|---|
| `Ask` | any node | n1 | count one more |
| `AskReply` | n1 | the node that asked | so many have been counted |

## Counter-examples

A timeline a mistake: t1, t2, t3, and what is broken then.
