"""The page of a portfolio or programme, part by part: figures, charts and tables of everything below one node."""
