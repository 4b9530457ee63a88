<?php

declare(strict_types=1);

namespace StandIn;

/** What stands around a page of the admin area: Debian's Bootstrap 3. */
final class Frame
{
    public static function admin(string $title, string $body): string
    {
        $body = self::notice() . '<h1>' . self::text($title) . "</h1>$body";

        return self::html($title, $body);
    }

    /** A message that waits for the next page of this visitor. */
    public static function notify(string $class, string $title, string $html): void
    {
        $_SESSION['notice'] = [$class, $title, $html];
    }

    public static function text(mixed $text): string
    {
        return htmlspecialchars((string) $text, ENT_QUOTES);
    }

    private static function notice(): string
    {
        [$class, $title, $html] = $_SESSION['notice'] ?? ['', '', ''];
        unset($_SESSION['notice']);

        return $title === '' ? '' : "<div class=\"alert alert-$class\" id=\"result\"><strong>" . self::text($title)
            . "</strong><div id=\"result-text\">$html</div></div>";
    }

    private static function html(string $title, string $body): string
    {
        $style = 'h1{font-size:24px}table.form{width:100%;table-layout:fixed;border-collapse:separate;'
            . 'border-spacing:2px}td.fieldlabel{background:#efefef;text-align:right;padding:6px;width:25%}'
            . 'td.fieldarea{background:#f8f8f8;padding:6px}.input-150{width:150px}';
        $title = self::text($title);

        return <<<HTML
            <!DOCTYPE html>
            <html lang="en">
            <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>$title</title>
                <link rel="stylesheet" href="/javascript/bootstrap/css/bootstrap.min.css">
                <style>$style</style>
            </head>
            <body><div class="container-fluid">$body</div>
            HTML;
    }
}
