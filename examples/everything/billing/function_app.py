"""Writes an invoice for each message."""

import azure.functions as func

app = func.FunctionApp()


@app.queue_trigger(arg_name="message", queue_name="invoices", connection="AzureWebJobsStorage")
def invoice(message: func.QueueMessage) -> None:
    """Handles one message."""
    print("invoice for", message.id)
