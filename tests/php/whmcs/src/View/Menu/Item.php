<?php

declare(strict_types=1);

namespace WHMCS\View\Menu;

/** An entry of WHMCS's menus, with what its documentation says of it: entries within it, text, address, place. */
final class Item
{
    /** @var array<string, self> */
    public array $children = [];
    public string $label = '';
    public string $uri = '';
    public int $order = 0;

    public function getChild(string $name): ?self
    {
        return $this->children[$name] ?? null;
    }

    public function addChild(string $name): self
    {
        return $this->children[$name] = new self();
    }

    public function setLabel(string $label): self
    {
        $this->label = $label;

        return $this;
    }

    public function setUri(string $uri): self
    {
        $this->uri = $uri;

        return $this;
    }

    public function setOrder(int $order): self
    {
        $this->order = $order;

        return $this;
    }
}
