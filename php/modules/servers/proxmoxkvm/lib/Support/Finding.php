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
        public readonly string $text,
        public readonly string $link = ''
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

    /** The page that mends it, unless a nearer one is known. */
    public function mendedAt(string $link): self
    {
        return new self($this->level, $this->subject, $this->text, $this->link === '' ? $link : $this->link);
    }

    /**
     * The worst first; what fails early explains what fails later, so the order of the checks stays.
     *
     * @param list<self> $findings
     * @return list<self>
     */
    public static function sorted(array $findings): array
    {
        $places = array_flip([self::BAD, self::WARNING, self::GOOD]);
        usort($findings, static fn (self $a, self $b): int => $places[$a->level] <=> $places[$b->level]);

        return $findings;
    }

    /** @return array{level: string, subject: string, text: string} */
    public function row(): array
    {
        return ['level' => $this->level, 'subject' => $this->subject, 'text' => $this->text];
    }
}
