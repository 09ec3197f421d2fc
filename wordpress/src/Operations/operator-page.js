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

async function refreshOperations()
{
    let part;
    while ((part = document.querySelector('.aloft-under-way'))) {
        await new Promise(resolve => setTimeout(resolve, 3000));
        if (document.hidden) {
            continue;
        }
        const answer = await fetch(part.dataset.url, { redirect: 'error' }).catch(() => null);
        if (answer && answer.ok) {
            part.outerHTML = await answer.text();
        } else if (answer && answer.status < 500) {
            return; // logged out, or a page of yesterday
        }
    }
}
refreshOperations();
