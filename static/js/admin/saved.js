// Forget what this device kept of a form (keep.js) once a message says that it is saved or sent.
try {
  for (const { dataset } of document.querySelectorAll("[data-saved]")) {
    localStorage.removeItem(`form-kept:${dataset.saved}`);
  }
} catch (error) {
  if (error.name !== "SecurityError") throw error; // else nothing is kept
}
