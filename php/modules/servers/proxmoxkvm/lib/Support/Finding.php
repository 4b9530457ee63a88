<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Support;

/** One line of the doctor: what was looked at, how it is, and the sentence that says so or mends it. */
final class Finding
{
    public const GOOD = 'good';
    public const WARNING = 'warning';
    public const BAD = 'bad';

    private function __construct(
        public readonly string $level,
        public readonly string $subject,
        public readonly string $text
    ) {
    }

    public static function good(string $subject, string $text): self
    {
        return new self(self::GOOD, $subject, $text);
    }

    /** Works, and should not stay so. */
    public static function warning(string $subject, string $text): self
    {
        return new self(self::WARNING, $subject, $text);
    }

    public static function bad(string $subject, string $text): self
    {
        return new self(self::BAD, $subject, $text);
    }

    /** @return array{level: string, subject: string, text: string} */
    public function row(): array
    {
        return ['level' => $this->level, 'subject' => $this->subject, 'text' => $this->text];
    }
}
