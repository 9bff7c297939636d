"""The demo: a fictional organisation whose history is made by replaying the services under a simulated clock.

Data: `logins`, `people`, `organisation`, `areas/*`, `troubles`. Pure: `story`, `drawing`, `turns`, `milestones`,
`colours`, `telling`. Calling the services: `replay`, and what it is made of: `people_arrive`, `beginnings`, `money`,
`dates`, `weekly` on one `world`. `backdating` and `clearing` look after the database.
"""
