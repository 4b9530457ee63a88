<?php

declare(strict_types=1);

namespace WHMCS\Module\Addon\Proxmoxkvm\Page;

use WHMCS\Module\Addon\Proxmoxkvm\Http\Request;
use WHMCS\Module\Server\Proxmoxkvm\Support\Lang;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Visitor;

/** The parts that pages are made of, in the classes of WHMCS's admin theme (Bootstrap 3). */
final class Html
{
    /** Everything that is not markup of ours goes through here. */
    public static function text(string|int|null $text): string
    {
        return Text::html((string) $text);
    }

    /** @param array<string, int|string> $values */
    public static function lang(string $key, array $values = []): string
    {
        return self::text(Lang::text($key, array_map(strval(...), $values)));
    }

    public static function link(string $to, string $html): string
    {
        return sprintf('<a href="%s">%s</a>', self::text($to), $html);
    }

    /**
     * @param list<string> $titles keys of texts; empty for a column of buttons
     * @param list<list<string>> $rows HTML of the cells
     */
    public static function table(array $titles, array $rows): string
    {
        $titles = array_map(static fn (string $title): string => $title === '' ? '' : self::lang($title), $titles);
        $body = '';
        foreach ($rows as $cells) {
            $body .= '<tr>';
            foreach ($cells as $column => $html) {
                $body .= "<td data-title=\"$titles[$column]\">$html</td>";
            }
            $body .= '</tr>';
        }

        // A column of buttons has no heading: one without words says nothing to a screen reader.
        $head = implode(array_map(
            static fn (string $title): string => $title === '' ? '<td></td>' : "<th>$title</th>",
            $titles
        ));

        return '<div class="proxmoxkvm-list"><table class="table table-striped table-condensed"><thead><tr>'
            . "$head</tr></thead><tbody>$body</tbody></table></div>";
    }

    /**
     * A form that changes something.
     *
     * @param array<string, int|string> $hidden
     * @param string $html its fields and buttons
     */
    public static function form(string $action, array $hidden, string $html): string
    {
        return sprintf('<form method="post" action="%s">', self::text($action))
            . self::hidden(['token' => Visitor::token()] + $hidden) . "$html</form>";
    }

    /** Several forms of one thing, one below the other. */
    public static function forms(string ...$forms): string
    {
        return '<div class="proxmoxkvm-forms">' . implode('', $forms) . '</div>';
    }

    /** A form that asks. The address of a form that asks loses its query: it goes into fields. */
    public static function search(Request $request, string $page, string $html): string
    {
        [$path, $query] = explode('?', $request->link($page), 2);
        parse_str($query, $fields);

        return sprintf('<form method="get" action="%s" class="form-inline proxmoxkvm-search">', self::text($path))
            . self::hidden($fields) . "$html</form>";
    }

    public static function button(string $key, string $name = '', string $kind = 'default'): string
    {
        $name = $name === '' ? '' : sprintf(' name="act" value="%s"', self::text($name));

        return sprintf('<button type="submit" class="btn btn-%s btn-sm"%s>%s</button>', $kind, $name, self::lang($key));
    }

    /** @param array<string|int, string> $options value => text */
    public static function select(string $name, array $options, string $chosen): string
    {
        return sprintf('<select name="%s" class="form-control input-sm">', self::text($name))
            . self::options($options, $chosen) . '</select>';
    }

    /** @param array<string|int, string> $options value => text */
    public static function options(array $options, string $chosen): string
    {
        $html = '';
        foreach ($options as $value => $text) {
            $selected = (string) $value === $chosen ? ' selected' : '';
            $html .= sprintf('<option value="%s"%s>%s</option>', self::text($value), $selected, self::text($text));
        }

        return $html;
    }

    public static function input(string $name, string $value, string $placeholder = '', string $type = 'text'): string
    {
        return sprintf(
            '<input type="%s" name="%s" value="%s" placeholder="%s" autocomplete="off" size="30"'
                . ' class="form-control input-sm">',
            $type,
            self::text($name),
            self::text($value),
            self::text($placeholder)
        );
    }

    /**
     * A field with its label around it: no id is needed, and none can be there twice.
     *
     * @param string $label HTML
     * @param bool $isSeen whether people who see the page are told by something else what it is
     */
    public static function labelled(string $label, string $control, bool $isSeen = true): string
    {
        $label = $isSeen ? $label : "<span class=\"sr-only\">$label</span>";

        return "<label class=\"proxmoxkvm-label\">$label $control</label>";
    }

    public static function panel(string $title, string $html): string
    {
        return "<div class=\"panel panel-default\"><div class=\"panel-heading\"><strong>$title</strong></div>"
            . "<div class=\"panel-body\">$html</div></div>";
    }

    public static function note(string $kind, string $html): string
    {
        return "<div class=\"alert alert-$kind\">$html</div>";
    }

    /** @param array<string, int|string> $fields */
    private static function hidden(array $fields): string
    {
        $html = '';
        foreach ($fields as $name => $value) {
            $html .= sprintf('<input type="hidden" name="%s" value="%s">', self::text($name), self::text($value));
        }

        return $html;
    }
}
