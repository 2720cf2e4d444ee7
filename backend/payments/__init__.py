"""Payments of the backend: the gateway's port and its WeChat Pay adapter, the payment's states, routes and jobs."""
