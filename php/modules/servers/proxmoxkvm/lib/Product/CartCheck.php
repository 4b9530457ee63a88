<?php

declare(strict_types=1);

namespace WHMCS\Module\Server\Proxmoxkvm\Product;

use Throwable;
use WHMCS\Database\Capsule;
use WHMCS\Module\Server\Proxmoxkvm\Support\Module;
use WHMCS\Module\Server\Proxmoxkvm\Support\Text;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\ConfigurableOptions;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\OrderField;
use WHMCS\Module\Server\Proxmoxkvm\Whmcs\Problem;

/**
 * What WHMCS's shop asks before anybody pays: an order or an upgrade that could not be carried out is refused with a
 * sentence for the customer. What cannot be found out, or fails here, keeps nobody from ordering.
 *
 * All texts are HTML, because the shop prints them as they are.
 */
final class CartCheck
{
    /**
     * The page on which one product of the cart is configured.
     *
     * @param array<string, mixed> $request
     * @return list<string> why not
     */
    public static function product(array $request): array
    {
        return self::safely('order_check', static function () use ($request): array {
            $item = self::configured($request);
            if ($item === null) {
                return [];
            }
            $text = static fn (string $key): string => is_string($request[$key] ?? null) ? $request[$key] : '';
            $form = (array) ($request['configoption'] ?? []);
            $item['configoptions'] = $form + ConfigurableOptions::unticked(self::number($item['pid'] ?? 0), $form)
                + (array) ($item['configoptions'] ?? []);
            $item['customfields'] = (array) ($request['customfield'] ?? []) + (array) ($item['customfields'] ?? []);
            $item['server'] = ['hostname' => $text('hostname'), 'rootpw' => $text('rootpw')];

            return self::items([$item], OrderCheck::client() === 0 ? ['ssh_key_missing'] : []);
        });
    }

    /**
     * The product of ours that is configured on that page.
     *
     * @param array<string, mixed> $request
     */
    public static function ofPage(array $request): ?object
    {
        return self::ours(self::number(self::configured($request)['pid'] ?? 0));
    }

    /**
     * @param array<string, mixed> $request
     * @return array<string, mixed>|null of the cart
     */
    private static function configured(array $request): ?array
    {
        $index = $request['i'] ?? '';

        return is_scalar($index) ? self::cart()[$index] ?? null : null;
    }

    /**
     * The whole cart, as it is paid: its products share the addresses that are left.
     *
     * @return list<string> why not
     */
    public static function checkout(): array
    {
        return self::safely('order_check', static fn (): array => self::items(array_values(self::cart())));
    }

    /**
     * Another product for a service, or other configurable options of it.
     *
     * @param array<string, mixed> $asked `id` of the service, `pid` of the product
     * @param array<string, mixed> $request of the browser: the form of configurable options
     * @return list<string> why not
     */
    public static function upgrade(array $asked, array $request): array
    {
        return self::safely('order_check', static function () use ($asked, $request): array {
            $service = Capsule::table('tblhosting')->where('id', (int) ($asked['id'] ?? 0))->first();
            $product = self::ours((int) ($asked['pid'] ?? 0) ?: (int) ($service->packageid ?? 0));
            if ($service === null || $product === null || (int) $service->server === 0) {
                return [];
            }
            $form = (array) ($request['configoption'] ?? []);
            $form += ConfigurableOptions::unticked((int) $product->id, $form);
            $chosen = ConfigurableOptions::after($service, (int) $product->id, $form);

            return array_map(self::sentence(...), OrderCheck::ofUpgrade($service, $product, $chosen));
        });
    }

    /**
     * @param list<array<string, mixed>> $items of the cart
     * @param list<string> $later what may still turn out well, by its code
     * @return list<string>
     */
    private static function items(array $items, array $later = []): array
    {
        $check = new OrderCheck();
        $errors = [];
        foreach ($items as $item) {
            // What fails for one keeps no other from being checked.
            $found = self::safely('order_check', static fn (): array => self::item($check, $item, $later));
            array_push($errors, ...$found);
        }

        return array_values(array_unique($errors));
    }

    /**
     * @param array<string, mixed> $item of the cart
     * @param list<string> $later
     * @return list<string>
     */
    private static function item(OrderCheck $check, array $item, array $later): array
    {
        $product = self::ours(self::number($item['pid'] ?? 0));
        if ($product === null) {
            return [];
        }
        $asked = is_array($item['server'] ?? null) ? $item['server'] : [];
        $text = static fn (string $key): string => is_string($asked[$key] ?? null) ? Text::plain($asked[$key]) : '';
        $chosen = ConfigurableOptions::chosen((int) $product->id, (array) ($item['configoptions'] ?? []));
        $fields = (array) ($item['customfields'] ?? []);
        $typed = [
            'password' => $text('rootpw'),
            'ssh_key' => OrderField::SshKey->typed((int) $product->id, $fields),
            'user_data' => OrderField::UserData->typed((int) $product->id, $fields),
        ];
        $count = max(1, self::number($item['qty'] ?? 1));
        $refusals = self::safely(
            'order_check',
            static fn (): array => $check->ofOrder($product, $chosen, $text('hostname'), $count, $typed)
        );
        // A customer who logs in at the end may have keys already.
        $refusals = array_filter($refusals, static fn (array $one): bool => !in_array($one['code'], $later, true));

        return array_map(self::sentence(...), array_values($refusals));
    }

    private static function number(mixed $value): int
    {
        return is_numeric($value) ? (int) $value : 0;
    }

    /** @param array<string, mixed> $refusal of the core */
    private static function sentence(array $refusal): string
    {
        return Text::html(Refusal::sentence($refusal));
    }

    private static function ours(int $id): ?object
    {
        return Capsule::table('tblproducts')->where('id', $id)->where('servertype', Module::NAME)->first();
    }

    /** @return array<int|string, array<string, mixed>> */
    private static function cart(): array
    {
        $products = $_SESSION['cart']['products'] ?? null;

        return array_filter(is_array($products) ? $products : [], is_array(...));
    }

    /**
     * @template T
     * @param callable(): list<T> $check
     * @return list<T>
     */
    private static function safely(string $verb, callable $check): array
    {
        try {
            return $check();
        } catch (Throwable $error) {
            Problem::log($verb, [], $error);

            return [];
        }
    }
}
