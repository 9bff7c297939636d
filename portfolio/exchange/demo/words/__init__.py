"""What the demo's registers, benefits and objectives say. Data only."""
