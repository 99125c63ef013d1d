window.addEventListener('load', () => document.querySelector('audio').play().catch(() => {}));
