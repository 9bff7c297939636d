"""The REST API of every declared noun: the same rows, filters, forms and services as its pages."""
