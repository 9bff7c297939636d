"""Pages of people. The pages of roles hang on the tree and stand in the registry's urls."""

from django.urls import path

from portfolio.people import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("password/", views.password, name="password-change"),
    path("people/<int:key>/deactivate/", views.deactivate, name="user-deactivate"),
    path("people/<int:key>/reactivate/", views.reactivate, name="user-reactivate"),
    *views.PEOPLE.urls(),
]
