<?php

declare(strict_types=1);

namespace WHMCS\Module;

/** WHMCS's frame of a widget on the first page of the admin area, as its documentation shows it. */
abstract class AbstractWidget
{
    protected $title = '';
    protected $description = '';
    protected $columns = 1;
    protected $weight = 150;
    protected $wrapper = true;
    protected $cache = false;
    protected $cacheExpiry = 120;
    protected $requiredPermission = '';

    public function getId(): string
    {
        return str_replace('WHMCS\\Module\\Widget\\', '', static::class);
    }

    public function getTitle(): string
    {
        return $this->title;
    }

    /** @return mixed */
    abstract public function getData();

    /**
     * @param mixed $data
     * @return string
     */
    abstract public function generateOutput($data);

    public function render(): string
    {
        return $this->generateOutput($this->getData());
    }
}
