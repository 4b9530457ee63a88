<?php

declare(strict_types=1);

namespace Tests\Support;

/** What keeps somebody from using a page, as axe finds it. `tests/setup/install.sh` brings axe. */
final class Axe
{
    private const FILE = __DIR__ . '/../../../target/axe/axe.min.js';

    public static function exists(): bool
    {
        return is_file(self::FILE);
    }

    /**
     * Everything that unfolds is unfolded for it.
     *
     * @param string $within a selector
     * @return list<string>
     */
    public static function violations(Chromium $browser, string $within): array
    {
        $browser->evaluate('document.querySelectorAll("details").forEach(function (one) { one.open = true; })');
        $browser->evaluate(file_get_contents(self::FILE) . '; 0');

        return $browser->evaluate('axe.run(' . json_encode($within) . ', {resultTypes: ["violations"]})'
            . '.then(function (result) { return result.violations.map(function (one) { return one.id + ": "'
            . ' + one.nodes.map(function (node) { return node.html + " " + node.failureSummary; }).join("; ");'
            . ' }); })');
    }
}
