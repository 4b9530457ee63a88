/** The last hour at a glance, on the client's first tab: a line each, and the last value. */
(function () {
    'use strict';
    const page = window.proxmoxkvmPage, place = page && page.box.querySelector('.vm-sparks');
    if (!place) {
        return;
    }
    const WIDTH = 200, HEIGHT = 46, SVG = 'http://www.w3.org/2000/svg';

    function draw(name, attributes) {
        const element = document.createElementNS(SVG, name);
        Object.keys(attributes).forEach((key) => element.setAttribute(key, attributes[key]));
        return element;
    }

    function written(value, unit) {
        if (unit === 'percent') {
            return new Intl.NumberFormat(page.languages, {style: 'percent', maximumFractionDigits: 1}).format(value);
        }
        const steps = page.units[unit === 'bits' ? 'bits' : 'bytes'];
        let number = (unit === 'bits' ? 8 : 1) * value / 1000, at = 0;
        while (number >= 1000 && at < steps.length - 1) {
            number /= 1000;
            at++;
        }
        return new Intl.NumberFormat(page.languages, {maximumFractionDigits: number < 10 ? 1 : 0}).format(number) + ' ' + steps[at];
    }

    function figure(element, points) {
        const fields = element.dataset.fields.split(' ');
        const values = points.map((point) => fields.reduce(
            (sum, field) => typeof point[field] === 'number' ? (sum || 0) + point[field] : sum, null));
        const known = values.filter((value) => value !== null);
        element.hidden = known.length === 0;
        if (known.length === 0) {
            return;
        }
        const most = Math.max(element.dataset.unit === 'percent' ? 1 : 0, ...known) || 1;
        const step = WIDTH / Math.max(1, values.length - 1);
        let path = '', isDrawn = false;
        values.forEach((value, index) => {
            if (value !== null) {
                path += (isDrawn ? 'L' : 'M') + (index * step).toFixed(1) + ' ' + (HEIGHT - 2 - (HEIGHT - 4) * value / most).toFixed(1);
            }
            isDrawn = value !== null;
        });
        const last = written(known[known.length - 1], element.dataset.unit);
        element.querySelector('b').textContent = last;
        const old = element.querySelector('svg');
        if (old) {
            old.remove();
        }
        const svg = draw('svg', {viewBox: '0 0 ' + WIDTH + ' ' + HEIGHT, preserveAspectRatio: 'none', 'aria-hidden': 'true'});
        svg.appendChild(draw('path', {d: path}));
        element.appendChild(svg);
    }

    async function load() {
        setTimeout(load, 60000);
        if (document.hidden) {
            return;
        }
        const answer = await page.ask('ClientUsage', {timeframe: 'hour'});
        if (answer && answer.ok) {
            place.querySelectorAll('figure').forEach((element) => figure(element, answer.points));
            place.hidden = !place.querySelector('figure:not([hidden])');
        }
    }

    load();
}());
