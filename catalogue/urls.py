from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    *i18n_patterns(
        path("admin/account/", include("catalogue.sign_in_urls")),
        path("admin/", admin.site.urls),
        path("", include("practices.urls")),
        prefix_default_language=False,
    ),
]

handler400 = "practices.web.site.pages.bad_request"
handler404 = "practices.web.site.pages.not_found"
handler500 = "practices.web.site.pages.server_error"
