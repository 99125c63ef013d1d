"""The desk: what people do about findings, in a browser, by the same acts as the commands."""
