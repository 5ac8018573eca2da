// Asks the browser where it is, only when somebody presses the button, and rounds it before it leaves the device.
"use strict";

const button = document.querySelector("[data-near]");

function put(form, name, value) {
  const field = form.elements[name] || document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  form.append(field);
}

function locate() {
  const form = button.form;
  const told = document.getElementById("told");
  told.textContent = button.dataset.asking;
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => {
      // Two decimals of a degree are about a kilometre.
      put(form, "lat", coords.latitude.toFixed(2));
      put(form, "lon", coords.longitude.toFixed(2));
      form.elements.zip.value = "";
      told.textContent = "";
      form.requestSubmit();
    },
    () => (told.textContent = button.dataset.lost),
    { timeout: 20000, maximumAge: 600000 },
  );
}

if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", locate);
}

for (const form of document.querySelectorAll("form[data-short]")) {
  // Whoever types a place means that one; and an address without empty fields is one that people can read.
  form.addEventListener("formdata", ({ formData }) => {
    if (formData.get("zip")) ["lat", "lon"].forEach((name) => formData.delete(name));
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}
