/** The graphs of the client's page: what the machine has used, asked for and drawn again by itself. */
(function () {
    'use strict';
    const page = window.proxmoxkvmPage, graphs = page && page.box.querySelector('.vm-graphs');
    if (!graphs) {
        return;
    }
    const SVG = 'http://www.w3.org/2000/svg', COLOURS = ['#1769aa', '#c2570c'];
    const HEIGHT = 170, RIGHT = 10, TOP = 16, BOTTOM = 24;
    // So much as the longest unit of the language needs.
    const LEFT = 30 + 6 * Math.max(6, ...Object.values(page.units).flat().map((name) => name.length));
    const languages = page.languages, isKnown = Intl.DateTimeFormat.supportedLocalesOf(page.box.lang || []).length > 0;
    const plans = JSON.parse(graphs.dataset.plan);
    const undrawn = graphs.querySelector('.vm-undrawn'), table = graphs.querySelector('.vm-points');
    let frame = graphs.dataset.frame, points = null, timer = null, redraw = null;

    function draw(name, attributes, text) {
        const element = document.createElementNS(SVG, name);
        Object.keys(attributes).forEach((key) => element.setAttribute(key, attributes[key]));
        if (text !== undefined) {
            element.textContent = text;
        }
        return element;
    }

    function make(name, parent, text) {
        const element = parent.appendChild(document.createElement(name));
        element.textContent = text;
        return element;
    }

    /** The largest of 1, 2, 5, 10, … that is not above a number. */
    function round(number) {
        const power = Math.pow(10, Math.floor(Math.log10(number))), digit = number / power;
        return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
    }

    /** How the values of a graph are written: by what they are divided, and what stands behind them. */
    function scale(unit, highest) {
        if (unit === 'percent') {
            return {unit: unit, by: 0.01, name: '%', most: Math.max(highest, 0.01)};
        }
        // Memory is sold in GB of 1024, rates are in steps of 1000, and those of a network in bits.
        const step = unit === 'memory' ? 1024 : 1000;
        const names = page.units[unit];
        let by = step / (unit === 'bits' ? 8 : 1), at = 0;
        while (highest / by >= 1000 && at < names.length - 1) {
            by *= step;
            at++;
        }
        return {unit: unit, by: by, name: names[at], most: Math.max(highest, by / 1000)};
    }

    function written(value, scaled) {
        const number = value / scaled.by, digits = number >= 100 ? 0 : number >= 10 ? 1 : 2;
        return scaled.unit === 'percent'
            ? new Intl.NumberFormat(languages, {style: 'percent', maximumFractionDigits: 1}).format(value)
            : new Intl.NumberFormat(languages, {maximumFractionDigits: digits}).format(number) + ' ' + scaled.name;
    }

    /** In the visitor's language and time zone; no words of another language. */
    function moment(seconds, isWhole) {
        const month = isKnown ? 'short' : 'numeric', short = {
            hour: {hour: '2-digit', minute: '2-digit'},
            day: {hour: '2-digit', minute: '2-digit'},
            week: isKnown ? {weekday: 'short', day: 'numeric'} : {day: 'numeric', month: month},
            month: {day: 'numeric', month: month},
            year: {month: month, year: '2-digit'}
        }[frame];
        return new Date(1000 * seconds).toLocaleString(languages, isWhole ? {dateStyle: 'medium', timeStyle: 'short'} : short);
    }

    function isNumber(value) {
        return typeof value === 'number';
    }

    function line(field, x, y) {
        let path = '', isDrawn = false;
        points.forEach((point) => {
            if (isNumber(point[field])) {
                const place = x(point.at).toFixed(1) + ' ' + y(point[field]).toFixed(1);
                // A lonely point is a dot: its line has no length, but round ends.
                path += isDrawn ? 'L' + place : 'M' + place + 'h0';
            }
            isDrawn = isNumber(point[field]);
        });
        return path;
    }

    /** @return what is said of each series: the latest and the highest value */
    function summary(plan, scaled) {
        return Object.keys(plan.series).map((field) => {
            const known = points.map((point) => point[field]).filter(isNumber);
            return known.length === 0 ? null : plan.series[field] + ': ' + graphs.dataset.summary
                .replace('{latest}', written(known[known.length - 1], scaled))
                .replace('{highest}', written(Math.max(...known), scaled));
        });
    }

    function legend(figure, texts, title) {
        const place = figure.querySelector('.vm-legend');
        place.textContent = '';
        if (title) {
            make('div', place, title);
        }
        texts.forEach((text, number) => {
            if (text !== null) {
                const entry = make('div', place, '');
                const mark = make('span', entry, '');
                mark.className = 'vm-mark vm-mark-' + number;
                entry.appendChild(document.createTextNode(text));
            }
        });
    }

    function graph(plan, figure) {
        const fields = Object.keys(plan.series);
        const all = points.flatMap((point) => fields.map((field) => point[field]).filter(isNumber));
        const scaled = scale(plan.unit, Math.max(0, ...all));
        const width = Math.max(240, Math.floor(figure.clientWidth - 16));
        const first = points[0].at, span = Math.max(1, points[points.length - 1].at - first);
        const step = round(scaled.most / scaled.by / 3) * scaled.by, most = Math.ceil(scaled.most / step) * step;
        const x = (at) => LEFT + (width - LEFT - RIGHT) * (at - first) / span;
        const y = (value) => HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most;
        const texts = summary(plan, scaled);
        const spoken = [plan.title].concat(texts.filter(Boolean)).join('; ');
        const svg = draw('svg', {width: width, height: HEIGHT, viewBox: '0 0 ' + width + ' ' + HEIGHT, role: 'img', 'aria-label': spoken});
        const add = (name, attributes, text) => svg.appendChild(draw(name, attributes, text));
        for (let value = 0; value <= most * 1.001; value += step) {
            add('path', {d: 'M' + LEFT + ' ' + y(value) + 'H' + (width - RIGHT), stroke: 'currentColor', 'stroke-opacity': .2});
            add('text', {x: LEFT - 6, y: y(value) + 4, 'text-anchor': 'end', fill: 'currentColor'}, written(value, scaled));
        }
        const labels = Math.max(2, Math.min(7, Math.floor((width - LEFT) / 75)));
        for (let index = 0, before = ''; index < labels; index++) {
            const at = first + span * index / (labels - 1), label = moment(at);
            if (label !== before) {
                const anchor = index === 0 ? 'start' : index === labels - 1 ? 'end' : 'middle';
                add('text', {x: x(at), y: HEIGHT - 6, 'text-anchor': anchor, fill: 'currentColor'}, label);
            }
            before = label;
        }
        // The size of the memory is no use of it.
        const used = points.flatMap((point) => fields.filter((field) => field !== 'memory_max').map((field) => point[field]).filter(isNumber));
        if (used.length > 0) {
            const highest = Math.max(...used);
            add('path', {d: 'M' + LEFT + ' ' + y(highest) + 'H' + (width - RIGHT), stroke: 'currentColor', 'stroke-dasharray': '2 4', class: 'vm-highest'});
            add('text', {x: width - RIGHT, y: y(highest) - 4, 'text-anchor': 'end', fill: 'currentColor'},
                graphs.dataset.highest.replace('{value}', written(highest, scaled)));
        }
        fields.forEach((field, number) => add('path', {d: line(field, x, y), fill: 'none', stroke: COLOURS[number],
            'stroke-width': 1.7, 'stroke-linecap': 'round', 'stroke-linejoin': 'round',
            'stroke-dasharray': number === 0 ? 'none' : '5 3', 'data-field': field}));
        const cross = add('path', {d: '', stroke: 'currentColor', 'stroke-opacity': .6, class: 'vm-cross'});
        figure.appendChild(svg);
        make('div', figure, '').className = 'vm-legend vm-small';
        legend(figure, texts);
        svg.addEventListener('pointermove', (event) => {
            const at = first + span * (event.offsetX * width / svg.clientWidth - LEFT) / (width - LEFT - RIGHT);
            const near = points.reduce((one, other) => Math.abs(other.at - at) < Math.abs(one.at - at) ? other : one);
            cross.setAttribute('d', 'M' + x(near.at).toFixed(1) + ' ' + TOP + 'V' + (HEIGHT - BOTTOM));
            legend(figure, fields.map((field) => isNumber(near[field])
                ? plan.series[field] + ': ' + written(near[field], scaled) : null), moment(near.at, true));
        });
        svg.addEventListener('pointerleave', () => {
            cross.setAttribute('d', '');
            legend(figure, texts);
        });
    }

    function rows() {
        const body = table.querySelector('tbody');
        body.textContent = '';
        if (!table.open || points === null) {
            return;
        }
        const columns = plans.flatMap((plan) => Object.keys(plan.series).map((field) => ({
            field: field,
            scaled: scale(plan.unit, Math.max(0, ...points.map((point) => point[field]).filter(isNumber)))
        })));
        points.slice().reverse().forEach((point) => {
            const row = make('tr', body, '');
            make('th', row, moment(point.at, true)).scope = 'row';
            columns.forEach((column) => make('td', row,
                isNumber(point[column.field]) ? written(point[column.field], column.scaled) : ''));
        });
    }

    function paint() {
        const place = graphs.querySelector('.vm-drawn');
        const isMeasured = points !== null && points.some((point) => isNumber(point.cpu) || isNumber(point.memory));
        place.textContent = '';
        undrawn.hidden = points === null || isMeasured;
        undrawn.textContent = graphs.dataset.none;
        if (isMeasured) {
            // All places first: how wide one is depends on its neighbours.
            const figures = plans.map((plan) => {
                const figure = make('div', place, '');
                figure.className = 'vm-graph';
                make('h4', figure, plan.title);
                return figure;
            });
            plans.forEach((plan, index) => graph(plan, figures[index]));
        }
        rows();
    }

    async function load() {
        clearTimeout(timer);
        timer = setTimeout(load, 60000 * (frame === 'hour' ? 1 : 10));
        if (document.hidden) {
            return;
        }
        const asked = frame, answer = await page.ask('ClientUsage', {timeframe: asked});
        if (asked !== frame) {
            return;
        }
        points = answer && answer.ok ? answer.points : null;
        paint();
        if (points === null) {
            undrawn.textContent = answer && answer.message || page.box.dataset.lost;
            undrawn.hidden = false;
        }
    }

    function mark() {
        graphs.querySelectorAll('[name=timeframe]').forEach((button) => {
            button.setAttribute('aria-pressed', button.value === frame ? 'true' : 'false');
            button.classList.toggle('active', button.value === frame);
        });
        graphs.querySelector('[name=csv]').value = frame;
    }

    graphs.addEventListener('click', (event) => {
        if (event.target.name === 'timeframe') {
            event.preventDefault();
            frame = event.target.value;
            mark();
            load();
        }
    });
    table.addEventListener('toggle', rows);
    window.addEventListener('resize', () => {
        clearTimeout(redraw);
        redraw = setTimeout(paint, 200);
    });
    mark();
    load();
}());
