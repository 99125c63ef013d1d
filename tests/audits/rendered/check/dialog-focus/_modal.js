// A modal in the manner of Bootstrap 5: fades in, then takes the focus, keeps it, gives it back.
// data-weak names what it leaves out: "focus", "trap", "escape", "back".
document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-bs-toggle=modal]');
  if (!opener) return;
  event.preventDefault();
  const modal = document.querySelector(opener.dataset.bsTarget || opener.getAttribute('href'));
  const weak = (modal.dataset.weak || '').split(' ');
  const backdrop = Object.assign(document.createElement('div'), { className: 'modal-backdrop' });
  document.body.append(backdrop);
  modal.style.display = 'block';
  modal.removeAttribute('aria-hidden');
  modal.setAttribute('aria-modal', 'true');
  modal.setAttribute('role', 'dialog');
  modal.offsetHeight;
  modal.classList.add('show');
  const trap = (moved) => { if (!modal.contains(moved.target)) modal.focus(); };
  const shown = () => {
    if (!weak.includes('focus')) modal.focus();
    if (!weak.includes('trap') && !weak.includes('focus')) document.addEventListener('focusin', trap);
  };
  const hide = () => {
    document.removeEventListener('focusin', trap);
    document.removeEventListener('keydown', onKey);
    modal.classList.remove('show');
    modal.removeAttribute('aria-modal');
    modal.removeAttribute('role');
    backdrop.remove();
    setTimeout(() => {
      modal.style.display = 'none';
      modal.setAttribute('aria-hidden', 'true');
      if (!weak.includes('back')) opener.focus();
    }, 150);
  };
  const onKey = (pressed) => { if (pressed.key === 'Escape' && !weak.includes('escape')) hide(); };
  document.addEventListener('keydown', onKey);
  modal.querySelectorAll('[data-bs-dismiss=modal]').forEach((button) => { button.onclick = hide; });
  modal.onclick = (clicked) => { if (clicked.target === modal) hide(); };
  setTimeout(shown, 150);
});
