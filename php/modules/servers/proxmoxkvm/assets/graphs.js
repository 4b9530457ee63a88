/** The graphs of the client's page: what the machine has used, asked for and drawn again by itself. */
(function () {
    'use strict';
    var page = window.proxmoxkvmPage, graphs = page && page.box.querySelector('.vm-graphs');
    if (!graphs) {
        return;
    }
    var frame = 'hour', points = null, drawTimer = null, SVG = 'http://www.w3.org/2000/svg';
    var undrawn = graphs.querySelector('.vm-undrawn');
    var COLOURS = ['#1769aa', '#c2570c'];

    function draw(name, attributes, text) {
        var element = document.createElementNS(SVG, name);
        Object.keys(attributes).forEach(function (key) {
            element.setAttribute(key, attributes[key]);
        });
        if (text !== undefined) {
            element.textContent = text;
        }
        return element;
    }

    /** The largest of 1, 2, 5, 10, … that is not above a number. */
    function round(number) {
        var power = Math.pow(10, Math.floor(Math.log(number) / Math.LN10)), digit = number / power;
        return power * (digit >= 5 ? 5 : digit >= 2 ? 2 : 1);
    }

    /** How the values of a graph are written: by what they are divided, and what stands behind them. */
    function scale(unit, highest) {
        if (unit === 'percent') {
            return {by: 0.01, unit: '%', most: Math.max(highest, 0.01)};
        }
        var names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'], by = 1, index = 0;
        while (highest / by >= 1000 && index < names.length - 1) {
            by *= 1024;
            index++;
        }
        return {by: by, unit: names[index] + (unit === 'rate' ? '/s' : ''), most: Math.max(highest, 1)};
    }

    function written(value, scaled) {
        var number = value / scaled.by;
        return (number >= 100 ? number.toFixed(0) : number.toFixed(number >= 10 ? 1 : 2).replace(/\.?0+$/, ''))
            + ' ' + scaled.unit;
    }

    /** In the visitor's language and time zone. */
    function moment(seconds) {
        var options = {
            hour: {hour: '2-digit', minute: '2-digit'},
            day: {hour: '2-digit', minute: '2-digit'},
            week: {weekday: 'short', day: 'numeric'},
            month: {day: 'numeric', month: 'short'},
            year: {month: 'short', year: '2-digit'}
        }[frame];
        return new Date(1000 * seconds).toLocaleString(undefined, options);
    }

    function line(field, x, y) {
        var path = '', drawn = false;
        points.forEach(function (point) {
            if (typeof point[field] !== 'number') {
                drawn = false;
                return;
            }
            var place = x(point.at).toFixed(1) + ' ' + y(point[field]).toFixed(1);
            // A lonely point is a dot: its line has no length, but round ends.
            path += drawn ? 'L' + place : 'M' + place + 'h0';
            drawn = true;
        });
        return path;
    }

    function graph(plan, figure) {
        var fields = Object.keys(plan.series), all = [], latest = {};
        points.forEach(function (point) {
            fields.forEach(function (field) {
                if (typeof point[field] === 'number') {
                    all.push(point[field]);
                    latest[field] = point[field];
                }
            });
        });
        var scaled = scale(plan.unit, Math.max.apply(null, all.concat(0)));
        figure.appendChild(document.createElement('div')).textContent = plan.title;
        var width = Math.max(240, Math.floor(figure.clientWidth - 16)), height = 150;
        var left = 62, right = 8, top = 8, bottom = 22;
        var first = points[0].at, span = Math.max(1, points[points.length - 1].at - first);
        var step = round(scaled.most / scaled.by / 3) * scaled.by, most = Math.ceil(scaled.most / step) * step;
        function x(at) {
            return left + (width - left - right) * (at - first) / span;
        }
        function y(value) {
            return height - bottom - (height - top - bottom) * value / most;
        }
        var svg = draw('svg', {width: width, height: height, viewBox: '0 0 ' + width + ' ' + height, role: 'img'});
        for (var value = 0; value <= most * 1.001; value += step) {
            svg.appendChild(draw('path', {d: 'M' + left + ' ' + y(value) + 'H' + (width - right), stroke: 'currentColor', 'stroke-opacity': .2}));
            svg.appendChild(draw('text', {x: left - 6, y: y(value) + 4, 'text-anchor': 'end', fill: 'currentColor'},
                written(value, scaled)));
        }
        var labels = Math.max(2, Math.min(7, Math.floor((width - left) / 75)));
        for (var index = 0, before = ''; index < labels; index++) {
            var at = first + span * index / (labels - 1), label = moment(at);
            if (label === before) {
                continue;
            }
            before = label;
            var anchor = index === 0 ? 'start' : index === labels - 1 ? 'end' : 'middle';
            svg.appendChild(draw('text', {x: x(at), y: height - 6, 'text-anchor': anchor, fill: 'currentColor'}, label));
        }
        var spoken = plan.title, legend = document.createElement('div');
        fields.forEach(function (field, number) {
            svg.appendChild(draw('path', {d: line(field, x, y), fill: 'none', stroke: COLOURS[number],
                'stroke-width': 1.7, 'stroke-linecap': 'round', 'stroke-linejoin': 'round',
                'stroke-dasharray': number === 0 ? 'none' : '5 3', 'data-field': field}));
            if (latest[field] === undefined) {
                return;
            }
            var highest = Math.max.apply(null, points.map(function (point) {
                return typeof point[field] === 'number' ? point[field] : 0;
            }));
            var text = plan.series[field] + ': ' + graphs.getAttribute('data-summary')
                .replace('{latest}', written(latest[field], scaled)).replace('{highest}', written(highest, scaled));
            var entry = legend.appendChild(document.createElement('div')), mark = document.createElement('span');
            mark.className = 'vm-mark';
            mark.style.borderTop = '3px ' + (number === 0 ? 'solid ' : 'dashed ') + COLOURS[number];
            entry.appendChild(mark);
            entry.appendChild(document.createTextNode(text));
            spoken += '; ' + text;
        });
        legend.className = 'vm-small';
        svg.setAttribute('aria-label', spoken);
        svg.insertBefore(draw('title', {}, spoken), svg.firstChild);
        figure.appendChild(svg);
        figure.appendChild(legend);
    }

    function paint() {
        var place = graphs.querySelector('.vm-drawn'), measured = points !== null && points.some(function (point) {
            return typeof point.cpu === 'number' || typeof point.memory === 'number';
        });
        place.textContent = '';
        undrawn.hidden = points === null || measured;
        if (measured) {
            var plans = JSON.parse(graphs.getAttribute('data-plan'));
            // All places first: how wide one is depends on its neighbours.
            var figures = plans.map(function () {
                var figure = place.appendChild(document.createElement('div'));
                figure.className = 'vm-graph';
                return figure;
            });
            plans.forEach(function (plan, index) {
                graph(plan, figures[index]);
            });
        } else {
            undrawn.textContent = graphs.getAttribute('data-none');
        }
    }

    function load() {
        clearTimeout(drawTimer);
        drawTimer = setTimeout(load, 60000 * (frame === 'hour' ? 1 : 10));
        if (document.hidden) {
            return;
        }
        var asked = frame;
        page.ask('ClientUsage', {timeframe: asked}).then(function (answer) {
            if (asked !== frame) {
                return;
            }
            if (answer && answer.ok) {
                points = answer.points;
                paint();
            } else {
                points = null;
                paint();
                undrawn.textContent = answer && answer.message || page.box.dataset.lost;
                undrawn.hidden = false;
            }
        });
    }

    function mark() {
        var all = graphs.querySelectorAll('[data-frame]');
        for (var index = 0; index < all.length; index++) {
            var chosen = all[index].getAttribute('data-frame') === frame;
            all[index].setAttribute('aria-pressed', chosen ? 'true' : 'false');
            all[index].style.fontWeight = chosen ? 'bold' : '';
            all[index].className = all[index].className.replace(/ active$/, '') + (chosen ? ' active' : '');
        }
    }

    graphs.addEventListener('click', function (event) {
        var chosen = event.target.getAttribute('data-frame');
        if (chosen) {
            frame = chosen;
            mark();
            load();
        }
    });
    window.addEventListener('resize', function () {
        clearTimeout(graphs.redraw);
        graphs.redraw = setTimeout(paint, 200);
    });
    mark();
    load();
}());
