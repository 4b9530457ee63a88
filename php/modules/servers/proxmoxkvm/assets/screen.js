/** A picture of the machine's screen, when somebody asks for it. */
(function () {
    'use strict';
    const page = window.proxmoxkvmPage, place = page && page.box.querySelector('.vm-screen');
    if (!place) {
        return;
    }
    const button = place.querySelector('button'), said = place.querySelector('[role=status]');
    const picture = place.querySelector('img');

    button.addEventListener('click', async () => {
        if (button.getAttribute('aria-busy') === 'true') {
            return;
        }
        button.setAttribute('aria-busy', 'true');
        said.textContent = place.dataset.fetching;
        const answer = await page.ask('ClientScreen', {});
        button.removeAttribute('aria-busy');
        said.textContent = answer ? answer.message : page.box.dataset.lost;
        if (answer && answer.ok) {
            picture.src = 'data:image/png;base64,' + answer.png;
            picture.hidden = false;
        }
    });
    place.hidden = false;
}());
