<?php

declare(strict_types=1);

namespace Tests\Support;

use WHMCS\Module\Server\Proxmoxkvm\Support\TextFiles;
use WHMCS\Module\Server\Proxmoxkvm\Support\Texts;

/** A language as its folder has it. */
final class Translation
{
    private const STAMPS = 'made-from.json';

    /**
     * @param array<string, mixed> $about
     * @param array<string, mixed> $glossary
     * @param array<string, array<string, string|array<string, string>>> $files texts by file, such as `client/page`
     * @param array<string, string> $stamps of which English text each was made, as a hash
     */
    public function __construct(
        public readonly string $name,
        public readonly array $about,
        public readonly array $glossary,
        public readonly array $files,
        public readonly array $stamps
    ) {
    }

    public static function read(string $name): self
    {
        $files = [];
        foreach (Texts::FILES as $part => $parts) {
            foreach ($parts as $file) {
                $files["$part/$file"] = self::file("$name/$part/$file.php");
            }
        }
        $stamps = (string) @file_get_contents(TextFiles::FOLDER . "/$name/" . self::STAMPS);

        return new self(
            $name,
            self::file("$name/about.php"),
            self::file("$name/glossary.php"),
            $files,
            (array) json_decode($stamps, true)
        );
    }

    /** @return list<string> */
    public static function names(): array
    {
        $files = glob(TextFiles::FOLDER . '/*/about.php') ?: [];

        return array_map(static fn (string $file): string => basename(dirname($file)), $files);
    }

    /** @return array<string, string|array<string, string>> */
    public function texts(): array
    {
        return array_merge(...array_values($this->files));
    }

    /**
     * Each text that is read as one: those with forms for a number once for each form.
     *
     * @return array<string, string> `time_days/one` => text
     */
    public function sentences(): array
    {
        $sentences = [];
        foreach ($this->texts() as $key => $text) {
            foreach (is_array($text) ? $text : ['' => $text] as $class => $form) {
                $sentences[$class === '' ? $key : "$key/$class"] = $form;
            }
        }

        return $sentences;
    }

    /** @return list<string> keys of what customers read */
    public function ofCustomers(): array
    {
        $isTheirs = static fn (string $file): bool => str_starts_with($file, 'client/');

        return array_keys(array_merge(...array_values(array_filter($this->files, $isTheirs, ARRAY_FILTER_USE_KEY))));
    }

    /** @param string|array<string, string> $text */
    public static function stamp(string|array $text): string
    {
        return substr(hash('sha256', (string) json_encode($text)), 0, 8);
    }

    /** @param array<string, string> $stamps */
    public function write(array $stamps): void
    {
        $text = (string) json_encode($stamps, JSON_PRETTY_PRINT);
        file_put_contents(TextFiles::FOLDER . "/$this->name/" . self::STAMPS, "$text\n");
    }

    /** @return array<string, mixed> */
    private static function file(string $name): array
    {
        $path = TextFiles::FOLDER . "/$name";

        return is_file($path) ? require $path : [];
    }
}
