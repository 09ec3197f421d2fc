document.querySelectorAll('.aloft-copy').forEach(button => {
    if (!navigator.clipboard) {
        return;
    }
    button.hidden = false;
    button.addEventListener('click', () => navigator.clipboard.writeText(button.dataset.copy).then(() => {
        button.classList.add('aloft-copied');
        setTimeout(() => button.classList.remove('aloft-copied'), 2000);
    }));
});
