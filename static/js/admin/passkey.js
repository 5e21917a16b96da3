// Says why a passkey was not used, which django-allauth leaves to the console.
const failure = document.querySelector("[data-passkey-failure]");

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const { onWrongAddress, passkeyFailure } = failure.dataset;
  failure.textContent = event.detail.exception.name === "SecurityError" ? onWrongAddress : passkeyFailure;
});
